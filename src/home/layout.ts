export type HomeFolder = (typeof folders)[number]

const folders = ["db", "uploads", "worktrees", "models", "logs", "cache"] as const
const files = /^(config\.env|prices\.json|server\.json.*|db\.lock.*|db\.new-.*)$/
/** Hidden files, and what a file system has at its top. */
const nobodys = /^(\..*|lost\+found)$/

/** Whether a directory with this entry may be Amelia's alone. */
export function isHomeEntry(name: string): boolean {
  return folders.some((folder) => folder === name) || files.test(name) || nobodys.test(name)
}

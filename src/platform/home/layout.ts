export type HomeFolder = (typeof folders)[number]

const folders = ["db", "uploads", "worktrees", "models", "logs", "cache"] as const
const files = /^(config\.env|prices\.json|server\.json.*|db\.lock.*|db\.new-.*)$/
/** Hidden files, and the folder that ext4 creates at the top of a file system. */
const neutral = /^(\..*|lost\+found)$/

/** True if a home that contains only Amelia's files can contain this entry. */
export function isHomeEntry(name: string): boolean {
  return folders.some((folder) => folder === name) || files.test(name) || neutral.test(name)
}

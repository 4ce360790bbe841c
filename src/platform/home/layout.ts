export type HomeFolder = (typeof folders)[number]

const folders = ["db", "uploads", "worktrees", "models", "logs", "cache"] as const
const files = /^(config\.env|prices\.json|server\.json.*|db\.lock.*|db\.new-.*)$/
/** Hidden files, and the folder at the top of each ext4 file system. */
const neutral = /^(\..*|lost\+found)$/

/** True if a home that holds nothing but Amelia's files can have this entry. */
export function isHomeEntry(name: string): boolean {
  return folders.some((folder) => folder === name) || files.test(name) || neutral.test(name)
}

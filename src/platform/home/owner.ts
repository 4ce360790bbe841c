import type { Stats } from "node:fs"
import { readFile, stat } from "node:fs/promises"

type Owned = Pick<Stats, "uid" | "gid" | "mode">

/** Follows links. Returns undefined if the path doesn't exist or we may not look at it. */
export function look(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined)
}

export function isOurs({ uid }: Owned): boolean {
  return process.getuid === undefined || uid === process.getuid()
}

/** True if it belongs to neither us nor root, who can do anything anyway. */
export function isForeign(found: Owned): boolean {
  return !isOurs(found) && found.uid !== 0
}

/** True if the mode lets others write. A group without other members doesn't count. */
export async function othersCanWrite({ mode, gid }: Owned): Promise<boolean> {
  if ((mode & 0o002) !== 0) return true
  return (mode & 0o020) !== 0 && !(await isOwnGroup(gid))
}

/** Many systems give each user a private group, and a umask that lets it write. */
async function isOwnGroup(gid: number): Promise<boolean> {
  if (gid !== process.getgid?.()) return false
  const [groups, users] = await Promise.all([linesOf("/etc/group"), linesOf("/etc/passwd")])
  const group = groups.find(([, , id]) => id === `${gid}`)
  // The group is defined elsewhere, such as in LDAP, so we don't know its members.
  if (!group) return false
  const own = users.filter(([, , uid]) => uid === `${process.getuid?.()}`).map(([name]) => name)
  const members = (group[3] ?? "").split(",").filter(Boolean)
  const primary = users.filter(([, , , id]) => id === `${gid}`).map(([name]) => name)
  return [...members, ...primary].every((name) => own.includes(name))
}

async function linesOf(path: string): Promise<string[][]> {
  const text = await readFile(path, "utf8").catch(() => "")
  return text.split("\n").map((line) => line.split(":"))
}

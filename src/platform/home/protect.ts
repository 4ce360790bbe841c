import type { Stats } from "node:fs"
import { chmod, readdir, realpath } from "node:fs/promises"
import { dirname, join } from "node:path"
import { AppError } from "../errors"
import { isHomeEntry } from "./layout"
import { isForeign, isOurs, look, othersCanWrite } from "./owner"
import { shellQuoted } from "./shell"

/** The result of `protectHome`, in sentences for the person who runs Amelia. */
export type Protection = {
  /** Files that others could access and that are now private. */
  changes: string[]
  warnings: string[]
}

/**
 * Makes an existing home and its settings accessible only by their owner. This also disables ACL
 * entries, because the group bits are the ACL's mask. Throws ConfigurationError for a home that
 * others can write to: its files decide which programs run and where the token is sent.
 */
export async function protectHome(home: string): Promise<Protection> {
  const done: Protection = { changes: [], warnings: [] }
  if (process.platform === "win32") return done
  const parent = await exposedParent(home)
  if (parent) done.warnings.push(replaceable(home, parent))
  const found = await look(home)
  if (!found?.isDirectory()) return done

  await refuseWritable(home, home, found)
  const settings = join(home, "config.env")
  const file = await look(settings)
  const wasOpen = isOpen(found)
  if (file && wasOpen) await refuseWritable(home, settings, file)
  if (wasOpen) await closeHome(home, found, done)
  if (file && isOpen(file) && (await close(settings, file, 0o600))) {
    const advice = wasOpen ? " Change the keys in it if others use this machine." : ""
    done.changes.push(`${settings} was open to other users. It is now private.${advice}`)
  }
  return done
}

async function closeHome(home: string, found: Stats, { changes, warnings }: Protection) {
  const others = `Other users can read the home ${home}`
  const command = `chmod 700 ${shellQuoted(home)}`
  const elsewhere = "choose another home with --home"
  if (!isOurs(found)) {
    warnings.push(`${others}, which belongs to root. Have root run ${command}, or ${elsewhere}.`)
  } else if (!(await readdir(home)).every(isHomeEntry)) {
    const why = "Amelia left it as it is, because it contains other files too."
    warnings.push(`${others}. ${why} Run ${command}, or ${elsewhere}.`)
  } else if (await close(home, found, 0o700)) {
    changes.push(`The home ${home} was open to other users. It is now private.`)
  } else {
    const why = "its file system can't make it private"
    warnings.push(`${others}, and ${why}. If others use this machine, ${elsewhere}.`)
  }
}

function isOpen({ mode }: Stats): boolean {
  return (mode & 0o077) !== 0
}

/** Returns false if the file system refuses, or silently does nothing, as FAT can. */
async function close(path: string, found: Stats, mode: number): Promise<boolean> {
  if (!isOurs(found)) return false
  await chmod(path, mode).catch(() => undefined)
  const now = await look(path)
  return now !== undefined && !isOpen(now)
}

async function refuseWritable(home: string, path: string, found: Stats): Promise<void> {
  const refuse = (sentence: string) => {
    throw new AppError("ConfigurationError", sentence, { home, path })
  }
  const risk = "could change what Amelia runs and read what it stores"
  if (isForeign(found)) {
    const who = `belongs to another user (uid ${found.uid}), who ${risk}`
    refuse(
      `${path} ${who}. Run Amelia as that user, or choose another home with --home. ` +
        `If everything in it is yours, run: chown -R "$(id -u)" ${shellQuoted(path)}`,
    )
  }
  if (!(await othersCanWrite(found))) return
  const what = `Others can write to ${path} (mode ${modeOf(found)}), and so ${risk}`
  if (!isOurs(found)) {
    const inside = shellQuoted(join(home, "amelia"))
    refuse(`${what}. It belongs to root: choose a folder of your own in it, with --home ${inside}`)
  }
  refuse(
    `${what}. Make sure that everything in it is yours, then run: chmod go= ${shellQuoted(path)}\n` +
      "If that has no effect, as on FAT, Windows drives and some Docker volumes, choose " +
      "a home on another disk with --home.",
  )
}

function modeOf({ mode }: Stats): string {
  return (mode & 0o777).toString(8)
}

/** Returns a parent directory in which others could replace the home or a link to it. */
async function exposedParent(home: string): Promise<string | undefined> {
  const real = await realpath(home).catch(() => home)
  for (const path of new Set([...above(home), ...above(real)])) {
    const found = await look(path)
    if (!found) continue
    const isSticky = (found.mode & 0o1000) !== 0
    if (isForeign(found) || (!isSticky && (await othersCanWrite(found)))) return path
  }
  return undefined
}

function above(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [] : [parent, ...above(parent)]
}

function replaceable(home: string, parent: string): string {
  const how = `Others can write to ${parent}, so they could replace ${home}.`
  return `${how} Run chmod go-w ${shellQuoted(parent)}, or choose another home with --home.`
}

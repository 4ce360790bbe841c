import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { homedir } from "node:os"
import { isAbsolute, join, resolve } from "node:path"
import { z } from "zod"
import { AppError, messageOf } from "../errors"
import type { HomeFolder } from "./layout"
import { protectHome } from "./protect"

export type Environment = Record<string, string | undefined>

/**
 * The absolute path of the home directory: the flag, else AMELIA_HOME, else
 * `$XDG_DATA_HOME/amelia`, else `~/.local/share/amelia`. A relative XDG_DATA_HOME is ignored, as
 * the XDG base directory specification asks.
 */
export function resolveHome(from: { flag?: string; env: Environment; cwd: string }): string {
  const chosen = from.flag || from.env.AMELIA_HOME
  if (chosen) return resolve(from.cwd, chosen)
  const data = from.env.XDG_DATA_HOME
  if (data && isAbsolute(data)) return join(data, "amelia")
  return join(from.env.HOME || homedir(), ".local", "share", "amelia")
}

/**
 * Makes the home, or a folder in it, readable by its owner alone, and gives its path. Throws a
 * ConfigurationError when the place is a file or can't be written, or others can write there.
 */
export async function makeHome(home: string, folder?: HomeFolder): Promise<string> {
  const path = folder ? join(home, folder) : home
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new AppError(
      "ConfigurationError",
      `The home directory ${path} can't be made: ${messageOf(cause)}`,
      { home },
      { cause },
    )
  }
  // Somebody else may have made it just before us.
  if (!folder) await protectHome(home)
  return path
}

const serverEntrySchema = z.object({
  url: z.url(),
  pid: z.number().int().positive(),
  version: z.string(),
  /** Started by a command for itself, not by `serve`. */
  temporary: z.boolean().default(false),
})
/** Who serves a home, as `<home>/server.json` says. */
export type ServerEntry = z.infer<typeof serverEntrySchema>

function serverFile(home: string): string {
  return join(home, "server.json")
}

/** Tells commands where this home is served. Readers see the old entry or the whole new one. */
export async function writeServerEntry(home: string, entry: ServerEntry): Promise<void> {
  await makeHome(home)
  const path = serverFile(home)
  const temporary = `${path}.${entry.pid}`
  await writeFile(temporary, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
  await rename(temporary, path)
}

/** The entry as it stands there, even of a process that is gone; undefined if there is none. */
export async function readServerEntry(home: string): Promise<ServerEntry | undefined> {
  try {
    const text = await readFile(serverFile(home), "utf8")
    return serverEntrySchema.safeParse(JSON.parse(text)).data
  } catch {
    // Missing, unreadable or no JSON: all mean that nobody has said anything useful.
    return undefined
  }
}

/** Removes the entry if it is still the one that this server wrote. */
export async function removeServerEntry(
  home: string,
  own: Pick<ServerEntry, "url" | "pid">,
): Promise<void> {
  const entry = await readServerEntry(home)
  if (entry?.pid === own.pid && entry.url === own.url) await rm(serverFile(home), { force: true })
}

/** The entry of a server that runs and answers now; a stale one is as good as none. */
export async function findServer(home: string): Promise<ServerEntry | undefined> {
  const entry = await readServerEntry(home)
  if (!entry || !isRunning(entry.pid)) return undefined
  try {
    const response = await fetch(new URL("/live", entry.url), { signal: AbortSignal.timeout(2000) })
    const answer = z.object({ alive: z.literal(true) }).safeParse(await response.json())
    return response.ok && answer.success ? entry : undefined
  } catch {
    return undefined
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}

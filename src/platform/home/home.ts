import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { homedir } from "node:os"
import { isAbsolute, join, resolve } from "node:path"
import { z } from "zod"
import { AppError, messageOf } from "../errors"
import type { HomeFolder } from "./layout"
import { protectHome } from "./protect"

export type Environment = Record<string, string | undefined>

/**
 * Returns the home's absolute path: the flag, AMELIA_HOME, `$XDG_DATA_HOME/amelia` or
 * `~/.local/share/amelia`. Ignores a relative XDG_DATA_HOME, as its specification requires.
 */
export function resolveHome(from: { flag?: string; env: Environment; cwd: string }): string {
  const chosen = from.flag || from.env.AMELIA_HOME
  if (chosen) return resolve(from.cwd, chosen)
  const data = from.env.XDG_DATA_HOME
  if (data && isAbsolute(data)) return join(data, "amelia")
  return join(from.env.HOME || homedir(), ".local", "share", "amelia")
}

/** Creates the home or a folder in it for its owner alone. Throws ConfigurationError. */
export async function makeHome(home: string, folder?: HomeFolder): Promise<string> {
  const path = folder ? join(home, folder) : home
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const sentence = `Can't create the home directory ${path}: ${messageOf(cause)}`
    throw new AppError("ConfigurationError", sentence, { home }, { cause })
  }
  // Someone else may have created it just before us.
  if (!folder) await protectHome(home)
  return path
}

const serverEntrySchema = z.object({
  url: z.url(),
  pid: z.number().int().positive(),
  version: z.string(),
  /** True if a command started it for itself, rather than `serve`. */
  temporary: z.boolean().default(false),
})
/** The server of a home, as stored in `<home>/server.json`. */
type ServerEntry = z.infer<typeof serverEntrySchema>

function serverFile(home: string): string {
  return join(home, "server.json")
}

/** Tells commands where this home is served. Readers see the old entry or the complete new one. */
export async function writeServerEntry(home: string, entry: ServerEntry): Promise<void> {
  await makeHome(home)
  const path = serverFile(home)
  const temporary = `${path}.${entry.pid}`
  await writeFile(temporary, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
  await rename(temporary, path)
}

/** Returns the stored entry, even if its process is gone, or undefined. */
export async function readServerEntry(home: string): Promise<ServerEntry | undefined> {
  try {
    const text = await readFile(serverFile(home), "utf8")
    return serverEntrySchema.safeParse(JSON.parse(text)).data
  } catch {
    // Missing, unreadable or not JSON: there is no usable entry.
    return undefined
  }
}

/** Removes the entry if this server wrote it. */
export async function removeServerEntry(
  home: string,
  own: Pick<ServerEntry, "url" | "pid">,
): Promise<void> {
  const entry = await readServerEntry(home)
  if (entry?.pid === own.pid && entry.url === own.url) await rm(serverFile(home), { force: true })
}

/** Returns the entry of a server that is running and answering, or undefined. */
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

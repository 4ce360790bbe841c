import { access, constants, mkdir, open, stat } from "node:fs/promises"
import { dirname } from "node:path"
import type { Config } from "../../../platform/config/config"
import { messageOf } from "../../../platform/errors"
import { makeHome } from "../../../platform/home/home"
import { protectHome } from "../../../platform/home/protect"
import { type Check, failed, ok, warning } from "./check"

const MINUTE_MS = 60_000

/** Checks that the home exists or can be created, and was already private (no `changes`). */
export async function checkHome(home: string, changes: string[]): Promise<Check> {
  try {
    await makeHome(home)
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK)
    const { warnings } = await protectHome(home)
    const notes = [...changes, ...warnings]
    return notes.length === 0 ? ok("Home", `${home}, private`) : warning("Home", notes.join(" "))
  } catch (problem) {
    const fix = "Make it writable for the user who runs Amelia, or choose another home with --home."
    return failed("Home", messageOf(problem), fix)
  }
}

/** Checks that the log file is writable. Amelia works without one. */
export async function checkLog(config: Config): Promise<Check> {
  const { logFileEnabled, logFilePath: path, logFileRotation, logFileRetention } = config
  if (!logFileEnabled) return ok("Log", "no log file (LOG_FILE_ENABLED=false)")
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await (await open(path, "a", 0o600)).close()
    const kept = `rotated daily, kept for ${logFileRetention} days`
    return ok("Log", logFileRotation === "daily" ? `${path}, ${kept}` : path)
  } catch (problem) {
    const fix = "Make it writable for the user who runs Amelia, or set LOG_FILE_PATH."
    return warning("Log", `${path} can't be written: ${messageOf(problem)}.`, fix)
  }
}

/** Checks that the clock was not set back: new ids would sort before old ones. Call before a start. */
export async function checkTime(home: string): Promise<Check> {
  const now = Date.now()
  const used = await stat(home).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
  if (used < now + MINUTE_MS) return ok("Time", new Date(now).toISOString())
  const found = `It is ${new Date(now).toISOString()}, but the home was last used at ${new Date(used).toISOString()}.`
  return warning("Time", found, "Check the clock of this machine.")
}

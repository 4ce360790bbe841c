import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { AppError, invalid, messageOf } from "../errors"
import { withValues } from "./env-file"
import { checkValue } from "./read"
import { type Config, camelCase, type SettingName } from "./settings"

type Values = Partial<Record<SettingName, string>>

/**
 * Writes settings into the file that they are read from, and into `config`, so that they hold now
 * and after a restart. Throws ValidationError, and then changes nothing.
 */
export function keepSettings(config: Config, values: Values): void {
  const kept = checkKept(config, values)
  writeValues(config.settingsFile, values)
  for (const { name, text, value } of kept) {
    Object.assign(config, { [camelCase(name)]: value })
    config.given[name] = { text, source: config.settingsFile }
  }
}

/** Throws ValidationError for a wrong value, and for a setting that another source decides. */
export function checkKept({ given, settingsFile }: Config, values: Values) {
  return (Object.entries(values) as [SettingName, string][]).map(([name, text]) => {
    const source = given[name]?.source ?? settingsFile
    if (source !== settingsFile) {
      const sentence = `${name} comes from ${source}, which overrides ${settingsFile}: change it there.`
      throw invalid(name.toLowerCase(), sentence)
    }
    const checked = checkValue(name, text)
    if ("wrong" in checked) throw invalid(name.toLowerCase(), `${name}: ${checked.wrong}.`)
    return { name, text, value: checked.value }
  })
}

/** In one go, so that two changes at the same time can't lose one. Readable by its owner alone. */
function writeValues(path: string, values: Values): void {
  const temporary = `${realPath(path)}.${process.pid}.new`
  try {
    writeForOwner(temporary, withValues(read(path), values))
    renameSync(temporary, realPath(path))
  } catch (cause) {
    rmSync(temporary, { force: true })
    const sentence = `Can't write the settings to ${path}: ${messageOf(cause)}`
    throw new AppError("ServiceUnavailableError", sentence, { path }, { cause })
  }
}

function writeForOwner(path: string, text: string): void {
  const file = openSync(path, "wx", 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return ""
    throw error
  }
}

/** Follows a link, which some people have to a file elsewhere. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

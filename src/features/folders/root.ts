import { constants } from "node:fs"
import { access, realpath, stat } from "node:fs/promises"
import { homedir } from "node:os"
import type { Config } from "../../platform/config/config"
import { type AppError, invalid } from "../../platform/errors"
import { isIn } from "../../platform/files/is-in"
import { codeOf } from "./read"

/** Throws ValidationError for an unreadable directory, one around the home, or Amelia's own. */
export async function requireRoot({ home }: Pick<Config, "home">, given: string): Promise<string> {
  const path = await realpath(given).catch((thrown) => {
    throw refuse(given, `There is no folder ${given}.`, thrown)
  })
  if (!(await stat(path)).isDirectory()) throw refuse(given, `${given} is not a folder.`)
  await access(path, constants.R_OK | constants.X_OK).catch((thrown) => {
    throw refuse(given, `The folder ${given} can't be read: ${codeOf(thrown)}.`, thrown)
  })
  const person = await realpath(homedir()).catch(() => homedir())
  if (isIn(person, path)) {
    throw refuse(given, `The folder ${given} contains your whole home: choose one in it.`)
  }
  if (isIn(path, await realpath(home))) {
    throw refuse(given, `The folder ${given} is where Amelia keeps its own data.`)
  }
  return path
}

export function refuse(given: string, message: string, cause?: unknown): AppError {
  return invalid("path", message, { given }, { cause })
}

import { constants } from "node:fs"
import { access } from "node:fs/promises"
import { dirname, join } from "node:path"
import { AppError, messageOf } from "../../errors"
import { QueryError } from "../failure"
import { freeBytes } from "./room"

/** Space for a first start: a database of 31 MB, and room to work. */
const FIRST_START_BYTES = 48 * 1024 ** 2
/** Space for opening a database, which writes the contents of its log. */
const OPEN_BYTES = 4 * 1024 ** 2

/**
 * Explains why the database in `<home>/db` can't be opened, as a ConfigurationError that says what
 * to do. PGlite gives no useful reason, so this checks the disk after the failure. Returns an
 * AppError with its own reason unchanged.
 */
export async function refusalOf(home: string, thrown: unknown): Promise<AppError> {
  if (thrown instanceof AppError && isReadable(thrown)) return thrown
  const directory = join(home, "db")
  const refuse = (sentence: string) =>
    new AppError("ConfigurationError", sentence, { home }, { cause: thrown })

  const isThere = (await problemWith(directory)) !== "ENOENT"
  const place = (await problemWith(home)) === "ENOENT" ? await nearest(home) : home
  const database = ["", "PG_VERSION", "global", "global/pg_control", "pg_wal"]
  const inside = isThere ? database.map((name) => join(directory, name)) : []
  for (const path of [place, join(home, "db.lock"), ...inside]) {
    const problem = await problemWith(path)
    const sentence = sentences[problem ?? ""]
    if (sentence) return refuse(sentence.replace("PATH", path))
  }
  if (["EEXIST", "ENOTDIR"].includes(codeOf(thrown) ?? "")) {
    return refuse(`${home} can't be a directory: a file is in the way. ${elsewhere}`)
  }
  if (codeOf(thrown) === "SQLITE_NOTADB") {
    const lock = join(home, "db.lock")
    return refuse(`${lock} is damaged. It contains no data. Please delete it and start again.`)
  }
  const free = freeBytes(place)
  const needed = isThere ? OPEN_BYTES : FIRST_START_BYTES
  if (free < needed) {
    return refuse(
      `The disk that holds ${home} has ${megabytes(free)} MB left, and the database needs ` +
        `${megabytes(needed)} MB to start. Please make room or choose another home with --home.`,
    )
  }
  if (!isThere) return refuse(`Can't create a database in ${home}: ${messageOf(thrown)}`)
  if (!isDamage(thrown)) {
    return refuse(`Can't open the database in ${directory}: ${messageOf(thrown)}`)
  }
  return refuse(
    `Can't open the database in ${directory}. It seems to be damaged. Please put a backup ` +
      "in its place, or move it away to start with an empty one.",
  )
}

const elsewhere = "Please choose another home with --home."
const noRight = "Amelia can't read and write PATH. Please make the user who runs Amelia its owner."

const sentences: Record<string, string> = {
  EROFS: `PATH is on a read-only file system. ${elsewhere}`,
  EACCES: noRight,
  EPERM: noRight,
}

/** True if the engine can't start on files that it can access, or finds them corrupt. */
function isDamage(thrown: unknown): boolean {
  if (thrown instanceof QueryError) return /^(XX|58)/.test(thrown.code ?? "")
  return thrown instanceof AppError && thrown.name === "ServiceUnavailableError"
}

/** An engine's failure doesn't count, because it doesn't say why it failed. */
function isReadable({ name }: AppError): boolean {
  return name === "ConfigurationError" || name === "AlreadyRunningError"
}

async function problemWith(path: string): Promise<string | undefined> {
  const { R_OK, W_OK } = constants
  return access(path, R_OK | W_OK).then(() => undefined, codeOf)
}

/** Returns the directory in which the first missing part of a path would be created. */
async function nearest(path: string): Promise<string> {
  const parent = dirname(path)
  if (parent === path || (await problemWith(parent)) !== "ENOENT") return parent
  return nearest(parent)
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1024 ** 2)
}

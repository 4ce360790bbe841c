import { constants } from "node:fs"
import { access } from "node:fs/promises"
import { dirname, join } from "node:path"
import { AppError, messageOf } from "../../errors"
import { QueryError } from "../failure"
import { freeBytes } from "./room"

/** What a first start takes: a database of 31 MB, and some for its first work. */
const FIRST_START_BYTES = 48 * 1024 ** 2
/** What opening a database may take, for it writes what its log holds. */
const OPEN_BYTES = 4 * 1024 ** 2

/**
 * What keeps the database in `<home>/db` from being opened, as a ConfigurationError that says what
 * to do. PGlite says nothing useful, so it looks at the disk for the reason, after the failure.
 * An AppError that names its reason stays as it is.
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
    return refuse(`${lock} is damaged. It holds no data: please remove it and start again.`)
  }
  const free = freeBytes(place)
  const needed = isThere ? OPEN_BYTES : FIRST_START_BYTES
  if (free < needed) {
    return refuse(
      `The disk that holds ${home} has ${megabytes(free)} MB left, and the database needs ` +
        `${megabytes(needed)} MB to start. Please make room or choose another home with --home.`,
    )
  }
  if (!isThere) return refuse(`No database can be made in ${home}: ${messageOf(thrown)}`)
  if (!isDamage(thrown)) {
    return refuse(`The database in ${directory} can't be opened: ${messageOf(thrown)}`)
  }
  return refuse(
    `The database in ${directory} can't be opened; it seems to be damaged. Please put a backup ` +
      "in its place, or move it away to start with an empty one.",
  )
}

const elsewhere = "Please choose another home with --home."
const noRight = "Amelia may not read and write PATH. Please give it to the user who runs Amelia."

const sentences: Record<string, string> = {
  EROFS: `PATH is on a read-only file system. ${elsewhere}`,
  EACCES: noRight,
  EPERM: noRight,
}

/** An engine that can't start on files that it may read and write, or one that finds them corrupt. */
function isDamage(thrown: unknown): boolean {
  if (thrown instanceof QueryError) return /^(XX|58)/.test(thrown.code ?? "")
  return thrown instanceof AppError && thrown.name === "ServiceUnavailableError"
}

/** The failure of an engine is none: it says that, not why. */
function isReadable({ name }: AppError): boolean {
  return name === "ConfigurationError" || name === "AlreadyRunningError"
}

async function problemWith(path: string): Promise<string | undefined> {
  const { R_OK, W_OK } = constants
  return access(path, R_OK | W_OK).then(() => undefined, codeOf)
}

/** The directory in which the first missing one of a path would be made. */
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

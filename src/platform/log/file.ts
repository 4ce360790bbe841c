import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs"
import { basename, dirname, extname, join } from "node:path"

const DAY_MS = 86_400_000

export type LogFileOptions = {
  path: string
  /** Whether each day (UTC) has a file of its own; past ones are called `amelia-2026-11-21.log`. */
  daily: boolean
  /** After how many days those are deleted. */
  retention_days: number
  now: () => Date
  /** Told of the first problem only. Writing never throws, and is tried again with each line. */
  onProblem: (problem: unknown) => void
}

export type LogFile = { write(line: string): void; close(): void }

/** `day` is that of what stands in it; undefined for what is never renamed, such as a device. */
type OpenFile = { fd: number; inode: number; day: string | undefined }

/**
 * A file that lines are appended to at once, by several processes if need be. Before each line it
 * looks where it is: a file that was moved away or deleted is made anew, as is one of yesterday.
 */
export function logFile(options: LogFileOptions): LogFile {
  const { path, daily, now, onProblem } = options
  let file: OpenFile | undefined
  let isTorn = false
  let isTold = false

  function attempt(work: () => void): void {
    try {
      work()
    } catch (problem) {
      if (!isTold) {
        isTold = true
        onProblem(problem)
      }
    }
  }

  function open(): OpenFile {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const fd = openSync(path, "a", 0o600)
    const { ino, size, mtime } = fstatSync(fd)
    const isPlain = daily && lstatSync(path).isFile()
    isTorn = false
    return { fd, inode: ino, day: isPlain ? dayOf(size > 0 ? mtime : now()) : undefined }
  }

  function close(): void {
    if (file) closeSync(file.fd)
    file = undefined
  }

  /** The file to write to now. */
  function current(): OpenFile {
    if (file && statSync(path, { throwIfNoEntry: false })?.ino !== file.inode) close()
    const isFirst = file === undefined
    file ??= open()
    const today = dayOf(now())
    const isOver = file.day !== undefined && file.day < today
    if (isOver) {
      const { day = today } = file
      close()
      attempt(() => setAside(path, day))
      // Where that failed, today's lines follow those of that day.
      file = { ...open(), day: today }
    }
    if (isFirst || isOver) attempt(() => deleteExpired(path, now(), options.retention_days))
    return file
  }

  return {
    write(line) {
      attempt(() => {
        const { fd } = current()
        const bytes = Buffer.from(isTorn ? `\n${line}` : line)
        // A disk that fills up takes a part of a line, which must not spoil the next one.
        for (let at = 0; at < bytes.length; isTorn = at < bytes.length) {
          at += writeSync(fd, bytes, at)
        }
      })
    },
    close,
  }
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}

function datedPath(path: string, day: string): string {
  const extension = extname(path)
  return join(dirname(path), `${basename(path, extension)}-${day}${extension}`)
}

/**
 * Renames the file. Of several processes the one that makes the new name first does it: a late one
 * would replace the past day with the first lines of the new one.
 */
function setAside(path: string, day: string): void {
  const aside = datedPath(path, day)
  try {
    closeSync(openSync(aside, "wx", 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return
    throw error
  }
  renameSync(path, aside)
}

function deleteExpired(path: string, now: Date, retention_days: number): void {
  const oldest = dayOf(new Date(now.getTime() - retention_days * DAY_MS))
  for (const name of readdirSync(dirname(path))) {
    const [day] = /\d{4}-\d{2}-\d{2}/.exec(name.slice(-extname(path).length - 10)) ?? []
    const file = join(dirname(path), name)
    if (day && day < oldest && file === datedPath(path, day)) rmSync(file)
  }
}

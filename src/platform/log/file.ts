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
  /** True to start a new file each day (UTC). Older files are named `amelia-2026-11-21.log`. */
  daily: boolean
  retention_days: number
  now: () => Date
  /** Called for the first problem only. Writing never throws, and each line tries again. */
  onProblem: (problem: unknown) => void
}

type LogFile = { write(line: string): void; close(): void }

/** `day` is that of the lines; undefined for files that are never renamed, like devices. */
type OpenFile = { fd: number; inode: number; day: string | undefined }

/** Appends lines at once; several processes may share the file. Rotates and recreates it. */
export function logFile(options: LogFileOptions): LogFile {
  const { path, daily, now, onProblem } = options
  let file: OpenFile | undefined
  let isTorn = false
  let isReported = false

  function attempt(work: () => void): void {
    try {
      work()
    } catch (problem) {
      if (!isReported) {
        isReported = true
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

  /** Returns the file to write to now, after rotating it if needed. */
  function current(): OpenFile {
    if (file && statSync(path, { throwIfNoEntry: false })?.ino !== file.inode) close()
    const isFirst = file === undefined
    file ??= open()
    const today = dayOf(now())
    const isOver = file.day !== undefined && file.day < today
    if (isOver) {
      const { day = today } = file
      close()
      attempt(() => rotate(path, day))
      // If that failed, today's lines go into the old file.
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
        // A full disk may take part of a line. The next line must then start on a new one.
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

/** Renames the file unless another process has: that would overwrite the past day. */
function rotate(path: string, day: string): void {
  const dated = datedPath(path, day)
  try {
    closeSync(openSync(dated, "wx", 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return
    throw error
  }
  renameSync(path, dated)
}

function deleteExpired(path: string, now: Date, retention_days: number): void {
  const oldest = dayOf(new Date(now.getTime() - retention_days * DAY_MS))
  for (const name of readdirSync(dirname(path))) {
    const [day] = /\d{4}-\d{2}-\d{2}/.exec(name.slice(-extname(path).length - 10)) ?? []
    const file = join(dirname(path), name)
    if (day && day < oldest && file === datedPath(path, day)) rmSync(file)
  }
}

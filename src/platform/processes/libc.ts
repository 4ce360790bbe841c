import { dlopen, type FFIFunction } from "bun:ffi"

const PR_SET_CHILD_SUBREAPER = 36
const WNOHANG = 1

/** What of the C library Bun has no word for. */
export type Libc = {
  /** From now on orphaned descendants become children of this process instead of init's. */
  becomeSubreaper(): boolean
  /** Takes the exit status of a child that has ended, so that nothing is left of it. */
  reap(pid: number): void
  /** A pipe's two ends; undefined if there can be none. */
  pipe(): { reads: number; writes: number } | undefined
}

/** Undefined where there is no Linux or the library can't be loaded: then one does without. */
export function loadLibc(): Libc | undefined {
  const symbols = openLibc({
    prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
    waitpid: { args: ["i32", "ptr", "i32"], returns: "i32" },
    pipe: { args: ["ptr"], returns: "i32" },
  })
  if (!symbols) return undefined
  const { prctl, waitpid, pipe } = symbols
  return {
    becomeSubreaper: () => prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) === 0,
    reap: (pid) => void waitpid(pid, null, WNOHANG),
    pipe: () => {
      const ends = new Int32Array(2)
      if (pipe(ends) !== 0) return undefined
      const [reads = 0, writes = 0] = ends
      return { reads, writes }
    },
  }
}

/** Functions of the C library; undefined where there is no Linux or it can't be loaded. */
export function openLibc<T extends Record<string, FFIFunction>>(functions: T) {
  if (process.platform !== "linux") return undefined
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64"
  for (const name of ["libc.so.6", `libc.musl-${machine}.so.1`]) {
    try {
      return dlopen(name, functions).symbols
    } catch {
      // The next name, or none.
    }
  }
  return undefined
}

import { dlopen, type FFIFunction } from "bun:ffi"

const PR_SET_CHILD_SUBREAPER = 36
const WNOHANG = 1

/** Functions of the C library that Bun doesn't offer. */
export type Libc = {
  /** Makes orphaned descendants children of this process instead of init's. */
  becomeSubreaper(): boolean
  /** Collects the exit status of an ended child, so that no zombie stays. */
  reap(pid: number): void
  pipe(): { reads: number; writes: number } | undefined
}

/** Returns undefined if this isn't Linux or the library can't be loaded. Callers manage without. */
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

/** Opens functions of the C library; undefined if this isn't Linux or loading fails. */
export function openLibc<T extends Record<string, FFIFunction>>(functions: T) {
  if (process.platform !== "linux") return undefined
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64"
  for (const name of ["libc.so.6", `libc.musl-${machine}.so.1`]) {
    try {
      return dlopen(name, functions).symbols
    } catch {
      // Try the next name.
    }
  }
  return undefined
}

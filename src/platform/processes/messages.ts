/**
 * A secret for one program, hidden from the programs that it starts. It reads it from a file
 * descriptor, whose number stands in the variable `descriptor`, or finds it in the variable `name`
 * where there are no such pipes.
 */
export type Secret = { name: string; value: string; descriptor: string }

/** What the supervisor of a child is told; the first message starts the program. */
export type ToSupervisor =
  | {
      type: "start"
      argv: string[]
      cwd: string
      env: Record<string, string>
      secret?: Secret
      umask?: number
      /** Whether `argv` is bubblewrap, which runs the program as a child of its own. */
      isWrapped: boolean
    }
  /** SIGTERM to the program and all its descendants, SIGKILL to those who are there after that. */
  | { type: "end"; grace_ms: number }

/** What it tells. `failed` and `exited` are its last words. */
export type FromSupervisor =
  | { type: "started"; pid: number }
  | { type: "failed"; code: string | null; message: string }
  /** The program and all its descendants are gone. */
  | { type: "exited"; code: number | null; signal: string | null }

/** The hidden subcommand of the program that makes it a supervisor. */
export const SUPERVISE = "supervise-child"

/** The one that makes it the bridge of a sandbox to its proxy. */
export const BRIDGE = "bridge-network"

/** In the environment of every program of a run. Identifies one that has lost its parents. */
export const MARKER = "AMELIA_CHILD"

/**
 * A secret for one program, hidden from those that it starts. It is read from the descriptor in the
 * variable `descriptor`, or is in `name` where no such pipe is possible.
 */
export type Secret = { name: string; value: string; descriptor: string }

/** Messages to a child's supervisor. The first one starts the program. */
export type ToSupervisor =
  | {
      type: "start"
      argv: string[]
      cwd: string
      env: Record<string, string>
      secret?: Secret
      umask?: number
      /** True if `argv` is bubblewrap, which runs the program as its own child. */
      isWrapped: boolean
    }
  /** Sends SIGTERM to the program and its descendants, and SIGKILL to those left after that. */
  | { type: "end"; grace_ms: number }

/** Messages from a supervisor. `failed` and `exited` are final. */
export type FromSupervisor =
  | { type: "started"; pid: number }
  | { type: "failed"; code: string | null; message: string }
  /** The program and all its descendants have ended. */
  | { type: "exited"; code: number | null; signal: string | null }

/** Hidden subcommand that runs this program as a supervisor. */
export const SUPERVISE = "supervise-child"

/** Hidden subcommand that runs it as the bridge between a sandbox and its proxy. */
export const BRIDGE = "bridge-network"

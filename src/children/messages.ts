/** What the supervisor of a child is told; the first message starts the program. */
export type ToSupervisor =
  | { type: "start"; argv: string[]; cwd: string; env: Record<string, string>; umask?: number }
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

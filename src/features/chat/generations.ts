import type { Asked, Generation } from "./generation"

/** The answers that this process writes: it begins them, keeps what there is, and ends them. */
export type Generations = {
  /**
   * Stores the message with a place for its answer, and begins to ask. Throws SessionNotFoundError,
   * or AlreadyRunningError while another message of the session is answered.
   */
  begin(asked: Asked): Promise<Generation>
  find(sessionId: string): Generation | undefined
  /** Marks the answers that broke off with the processes that wrote them. */
  markBroken(): Promise<void>
  /** Lets answers end for `graceMs`, then stops them. */
  stop(graceMs: number): Promise<void>
}

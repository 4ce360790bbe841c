import type { PeerConnection } from "./connection"

/** Finds the processes behind a connection through the operating system's socket tables. */
export type Sockets = {
  /** True if `find` returns the user fast enough to be called for each request. */
  tellsUsers: boolean
  /** Returns the client's end of a connection, or undefined if its process closed it or ended. */
  find(connection: PeerConnection): Promise<Socket | undefined>
  /** Returns the value of `MARKER` in each process's environment. */
  markersOf(pids: number[]): Promise<Map<number, string>>
  /** Returns undefined if the process has ended. */
  describe(pid: number): Promise<Program | undefined>
}

export type Socket = {
  /** Unique forever; undefined where the system doesn't name its sockets. */
  id?: string
  uid?: number
  /** True if the process holds the socket; false if it can't be inspected. */
  isHeldBy(pid: number): boolean
}

export type Program = {
  name: string
  /** Path of the executable, if readable. Without it, the process itself chose `name`. */
  executable?: string
  onTerminal: boolean
}

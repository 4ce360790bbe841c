import type { PeerConnection } from "./connection"

/** Finds the processes behind a connection, by what the operating system knows of its sockets. */
export type Sockets = {
  /** Whether `find` tells the user, quickly enough to be asked for each request. */
  tellsUsers: boolean
  /** The client's end of a connection. Undefined if it is gone: its process closed it or ended. */
  find(connection: PeerConnection): Promise<Socket | undefined>
  /** What each of these processes has in its environment as `MARKER`. */
  markersOf(pids: number[]): Promise<Map<number, string>>
  /** Undefined for a process that is gone. */
  describe(pid: number): Promise<Program | undefined>
}

export type Socket = {
  /** No other socket ever has it; left out where the system gives sockets no such name. */
  id?: string
  /** The user who opened it. */
  uid?: number
  /** Whether a process holds it; false too for one that can't be looked into. */
  isHeldBy(pid: number): boolean
}

export type Program = {
  /** Such as "curl". */
  name: string
  /** The path of its executable, where that can be read; without it the process chose its name. */
  executable?: string
  /** Whether it runs on a terminal. */
  onTerminal: boolean
}

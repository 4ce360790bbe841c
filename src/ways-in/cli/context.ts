import type { Logger } from "pino"
import type { Config } from "../../platform/config/config"
import type { Environment } from "../../platform/home/home"
import type { Terminal } from "./terminal"

export type StartServer = (options: {
  config: Config
  log: Logger
  /** Resumes unfinished runs. */
  takeOver: boolean
  /** Started by a command for itself; stops when nobody uses it any more. */
  temporary: boolean
}) => Promise<RunningServer>

export type RunningServer = {
  url: string
  /** The database for people, for example "embedded PostgreSQL 18 in /home/x/db". */
  database: string
  /** Stops gracefully. A second call waits for the first. */
  stop(): Promise<void>
  stopped: Promise<void>
}

/** Everything a command needs from its process, passed in by main.ts. */
export type Context = {
  version: string
  cwd: string
  env: Environment
  /** The umask of the user's shell. The process itself uses a stricter one. */
  umask: number
  terminal: Terminal
  /** Aborts on the first SIGINT or SIGTERM. A second one kills the process. */
  interrupted: AbortSignal
  startServer: StartServer
  /** Checks the prices file of a home. Throws a ConfigurationError that names the mistake. */
  checkPrices: (home: string) => Promise<unknown>
}

export const exitCodes = { done: 0, failed: 1, usage: 2, waiting: 3, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

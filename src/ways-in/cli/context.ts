import type { Logger } from "pino"
import type { Config } from "../../platform/config/config"
import type { Environment } from "../../platform/home/home"
import type { Terminal } from "./terminal"

export type StartServer = (options: {
  config: Config
  log: Logger
  /** Whether it goes on with runs that nobody finished. */
  takeOver: boolean
  /** Started by a command for itself, and gone with it. */
  temporary: boolean
}) => Promise<RunningServer>

export type RunningServer = {
  url: string
  /** The database in use, for a person; such as "embedded PostgreSQL 18 in /home/x/db". */
  database: string
  /** Ends gracefully; a second call waits for the first. */
  stop(): Promise<void>
  stopped: Promise<void>
}

/** What a command needs of the process that it runs in, handed down by main.ts. */
export type Context = {
  version: string
  cwd: string
  env: Environment
  /** The umask of the person's shell. The process itself uses a stricter one. */
  umask: number
  terminal: Terminal
  /** Aborts at the first SIGINT or SIGTERM; at a second the process is gone. */
  interrupted: AbortSignal
  startServer: StartServer
  /** Reads the prices file of a home. Throws ConfigurationError that names what is wrong in it. */
  checkPrices: (home: string) => Promise<unknown>
}

export const exitCodes = { done: 0, failed: 1, usage: 2, waiting: 3, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

import { setTimeout as delay } from "node:timers/promises"
import { type Client, createClient } from "../client"
import type { Config } from "../config"
import { AppError } from "../errors"
import { findServer, makeHome } from "../home"
import { createLog } from "../log"
import type { Context } from "./context"
import { Interrupted } from "./failure"
import type { CommonOptions } from "./settings"

export type Connection = {
  client: Client
  /** Whether the server lives in this process and ends with the command. */
  own: boolean
  close(): Promise<void>
}

const startingServerPatience_ms = 10_000

/**
 * A client of the server that serves this home: the running one, else one started in this process
 * on a free port. That one takes over no unfinished runs, so listing something never costs money.
 */
async function connect(
  context: Context,
  config: Config,
  { verbose = false }: CommonOptions,
): Promise<Connection> {
  const running = await reachRunning(context, config)
  if (running) return running

  await makeHome(config.home)
  const { terminal } = context
  const onScreen = verbose || config.debug || config.logLevel === "DEBUG"
  const screen = { write: terminal.err, isTTY: terminal.errIsTTY }
  const { log, close } = createLog(config, onScreen ? screen : undefined)
  try {
    const server = await context.startServer({
      config: { ...config, host: "127.0.0.1", port: 0 },
      log,
      takeOver: false,
      temporary: true,
    })
    return {
      client: clientOf(server.url, config),
      own: true,
      close: () => server.stop().finally(close),
    }
  } catch (error) {
    close()
    const starting = error instanceof AppError && error.name === "AlreadyRunningError"
    const other = starting ? await waitForRunning(context, config) : undefined
    if (other) return other
    throw error
  }
}

async function reachRunning(context: Context, config: Config): Promise<Connection | undefined> {
  const entry = await findServer(config.home)
  if (!entry) return undefined
  if (entry.version !== context.version) {
    context.terminal.err(
      `The server at ${entry.url} is Amelia ${entry.version}, this is ${context.version}.\n`,
    )
  }
  return { client: clientOf(entry.url, config), own: false, close: async () => undefined }
}

/** Someone holds the home but does not answer yet: it may still be starting. */
async function waitForRunning(context: Context, config: Config): Promise<Connection | undefined> {
  const until = Date.now() + startingServerPatience_ms
  while (Date.now() < until && !context.interrupted.aborted) {
    await delay(200)
    const running = await reachRunning(context, config)
    if (running) return running
  }
  return undefined
}

function clientOf(url: string, config: Config): Client {
  return createClient({ url, ...(config.ameliaToken ? { token: config.ameliaToken } : {}) })
}

/**
 * Does `work` with a connection and closes it, whatever happens. When the person interrupts, the
 * work is left where it is and an Interrupted error is thrown, with the sentence of `onInterrupt`.
 */
export async function withConnection<T>(
  context: Context,
  settings: { config: Config; options: CommonOptions; onInterrupt?: (own: boolean) => string },
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(context, settings.config, settings.options)
  const { promise: interruption, reject } = Promise.withResolvers<never>()
  const interrupt = () =>
    reject(new Interrupted(settings.onInterrupt?.(connection.own) ?? "Interrupted."))
  context.interrupted.addEventListener("abort", interrupt)
  if (context.interrupted.aborted) interrupt()
  try {
    const working = work(connection)
    // After an interruption nobody waits for the work, and its failure means nothing any more.
    working.catch(() => undefined)
    return await Promise.race([working, interruption])
  } finally {
    context.interrupted.removeEventListener("abort", interrupt)
    await connection.close()
  }
}

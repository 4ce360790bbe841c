import { setTimeout as delay } from "node:timers/promises"
import type { Config } from "../../platform/config/config"
import { findServer, makeHome } from "../../platform/home/home"
import { createLog } from "../../platform/log/log"
import { type Client, createClient } from "../client/client"
import type { Context } from "./context"
import { Interrupted } from "./failure"
import { onceFree, waitForServer } from "./home"
import type { CommonOptions } from "./settings"
import type { Terminal } from "./terminal"

export type Connection = {
  client: Client
  /** Whether the server lives in this process and ends with the command. */
  own: boolean
  /** Whether it is that of a `serve`, which goes on when the command has left. */
  serves: boolean
  close(): Promise<void>
}

const patience_ms = 10_000
/** For the first answer of a server that is there. */
const arrival_ms = 2000

/**
 * A client of the server that serves this home: the running one, else one started in this process
 * on a free port. That one takes over no unfinished runs, so listing something never costs money.
 * While another command holds the home but does not answer, it is starting or ending: then both
 * ways are tried again for ten seconds.
 */
async function connect(
  context: Context,
  config: Config,
  options: CommonOptions,
): Promise<Connection> {
  return onceFree(context, patience_ms, async () => {
    const running = await reachRunning(context, config)
    return running ?? (await startOwn(context, config, options))
  })
}

async function reachRunning(context: Context, config: Config): Promise<Connection | undefined> {
  const entry = await findServer(config.home)
  if (!entry) return undefined
  if (entry.version !== context.version) {
    context.terminal.err(
      `The server at ${entry.url} is Amelia ${entry.version}, this is ${context.version}.\n`,
    )
  }
  const client = clientOf(context, entry.url, config)
  if (!entry.temporary) return { client, own: false, serves: true, close: async () => undefined }
  const leave = await stayOnServer(client)
  return leave && { client, own: false, serves: false, close: leave }
}

/**
 * A command's own server stays as long as somebody listens to it, so we listen until we leave.
 * Undefined if it has left before we came.
 */
async function stayOnServer(client: Client): Promise<(() => Promise<void>) | undefined> {
  const leaving = new AbortController()
  const opened = Promise.withResolvers<boolean>()
  const listen = async () => {
    const { signal } = leaving
    const quiet = client.events({
      types: ["system.error"],
      signal,
      onOpen: () => opened.resolve(true),
    })
    for await (const _ of quiet);
  }
  const listening = listen().catch(() => undefined)
  const isOpen = await Promise.race([opened.promise, listening, delay(arrival_ms)])
  const leave = async () => {
    leaving.abort()
    await listening
  }
  if (isOpen === true) return leave
  await leave()
  return undefined
}

async function startOwn(
  context: Context,
  config: Config,
  { verbose = false }: CommonOptions,
): Promise<Connection> {
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
    const client = clientOf(context, server.url, config)
    return { client, own: true, serves: false, close: () => server.stop().finally(close) }
  } catch (error) {
    close()
    throw error
  }
}

/** A client that follows its home: when a `serve` takes the home over, it goes on with that one. */
function clientOf(context: Context, url: string, config: Config): Client {
  const patience = config.shutdownTimeout * 1000 + patience_ms
  const moved = (signal = context.interrupted) =>
    waitForServer(config.home, patience, AbortSignal.any([context.interrupted, signal]))
  const { ask } = context.terminal
  return createClient({
    ...{ url, moved },
    ...(config.ameliaToken && { token: config.ameliaToken }),
    ...(ask && { confirm: (code: string) => isTyped(ask, code) }),
  })
}

/** Where REQUIRE_PRESENCE is on: a program that only runs us can't answer that by accident. */
async function isTyped(ask: NonNullable<Terminal["ask"]>, code: string): Promise<boolean> {
  const typed = await ask(`To confirm that it is you, type ${code}: `)
  return typed?.trim().toUpperCase() === code
}

/**
 * Does `work` with a connection and closes it, whatever happens. When the person interrupts, the
 * work is left where it is: the sentence of `onInterrupt` is said at once, since closing may take
 * seconds, and thrown as an Interrupted error.
 */
export async function withConnection<T>(
  context: Context,
  settings: { config: Config; options: CommonOptions; onInterrupt?: (own: boolean) => string },
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(context, settings.config, settings.options)
  const { promise: interruption, reject } = Promise.withResolvers<never>()
  const interrupt = () => {
    const sentence = settings.onInterrupt?.(connection.own) ?? "Interrupted."
    const ending = "Ending what runs here; Ctrl-C again ends it at once.\n"
    context.terminal.err(`${sentence}\n${connection.own ? ending : ""}`)
    reject(new Interrupted(sentence))
  }
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

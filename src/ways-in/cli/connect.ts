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
  /** True if the server runs in this process and stops with the command. */
  own: boolean
  /** True if a `serve` process runs the server, which outlives the command. */
  serves: boolean
  close(): Promise<void>
}

const patience_ms = 10_000
/** How long to wait for the first answer of a running server. */
const arrival_ms = 2000

/**
 * Connects to this home's server, or starts one on a free port that resumes no runs, so listing
 * never costs money. Retries for ten seconds while another command holds the home.
 */
async function connect(
  context: Context,
  config: Config,
  options: CommonOptions,
): Promise<Connection> {
  let said = options.json ?? false
  return onceFree(context, patience_ms, async () => {
    const running = await reachRunning(context, config)
    if (running) return running
    const keep = `amelia serve${config.homeOption}`
    if (!said) context.terminal.err(`Starting… (run ${keep} to keep a server running)\n`)
    said = true
    return startOwn(context, config, options)
  })
}

async function reachRunning(context: Context, config: Config): Promise<Connection | undefined> {
  const entry = await findServer(config.home)
  if (!entry) return undefined
  if (entry.version !== context.version) {
    context.terminal.err(
      `The server at ${entry.url} runs Amelia ${entry.version}; this is ${context.version}.\n`,
    )
  }
  const client = clientOf(context, entry.url, config)
  if (!entry.temporary) return { client, own: false, serves: true, close: async () => undefined }
  const leave = await stayOnServer(client)
  return leave && { client, own: false, serves: false, close: leave }
}

/** Keeps another command's server alive by listening to it. Returns undefined if it is gone. */
async function stayOnServer(client: Client): Promise<(() => Promise<void>) | undefined> {
  const leaving = new AbortController()
  const opened = Promise.withResolvers<boolean>()
  const listen = async () => {
    const onOpen = () => opened.resolve(true)
    const types = ["system.error"]
    for await (const _ of client.events({ types, signal: leaving.signal, onOpen }));
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
  const own = { ...config, host: "127.0.0.1", port: 0 }
  const { log, close } = createLog(own, onScreen ? screen : undefined)
  try {
    const server = await context.startServer({
      config: own,
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

/** Returns a client that switches to the new server when a `serve` process takes over the home. */
function clientOf(context: Context, url: string, config: Config): Client {
  const patience = config.shutdownTimeout * 1000 + patience_ms
  const moved = (signal = context.interrupted) =>
    waitForServer(config.home, patience, AbortSignal.any([context.interrupted, signal]))
  const { ask } = context.terminal
  return createClient({
    url,
    moved,
    token: config.ameliaToken,
    confirm: ask && ((code) => isTyped(ask, code)),
  })
}

/** For REQUIRE_PRESENCE: a program that runs this command can't type the code by accident. */
async function isTyped(ask: NonNullable<Terminal["ask"]>, code: string): Promise<boolean> {
  const typed = await ask(`To confirm that it's you, type ${code}: `)
  return typed?.trim().toUpperCase() === code
}

/**
 * Runs `work` with a connection and always closes it. On Ctrl-C, prints the sentence of
 * `onInterrupt` at once, because closing may take seconds, and throws it as Interrupted.
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
    const ending = "Shutting down. Press Ctrl-C again to quit at once.\n"
    context.terminal.err(`${sentence}\n${connection.own ? ending : ""}`)
    reject(new Interrupted(sentence))
  }
  context.interrupted.addEventListener("abort", interrupt)
  if (context.interrupted.aborted) interrupt()
  try {
    const working = work(connection)
    // After an interruption nobody awaits the work, so ignore its failure.
    working.catch(() => undefined)
    return await Promise.race([working, interruption])
  } finally {
    context.interrupted.removeEventListener("abort", interrupt)
    await connection.close()
  }
}

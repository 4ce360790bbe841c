import type { Hono } from "hono"
import type { Logger } from "pino"
import { version } from "../package.json"
import { createApp, startingApp } from "./app"
import type { Deps } from "./deps"
import { createSearchIndex } from "./engines/index/search-index"
import { createReranker } from "./engines/inference/cross-encoder-service"
import { createPriceBook } from "./engines/models/price-book"
import { readPrices } from "./engines/models/price-file"
import { createModelRegistry, type ModelOptions } from "./engines/models/registry"
import { createGenerations } from "./features/chat/generations"
import { createConversions } from "./features/documents/conversions"
import { createFolderKeeper } from "./features/folders/keeper"
import { createCompletions } from "./features/openai/completions"
import { type Retention, startRetention } from "./features/retention/schedule"
import { createRunHistory } from "./features/runs/history"
import { createSupervisor } from "./features/runs/leases/supervisor"
import { createEmbeddings } from "./features/search/embeddings-service"
import { currentSettings } from "./features/settings/service"
import { handoverApi } from "./features/status/api"
import { createReservations } from "./features/usage/budget-reservations"
import { createPresence } from "./platform/actors/presence"
import { type Config, hideSecrets, secretsOf } from "./platform/config/config"
import type { Database } from "./platform/db/db"
import { openDatabase } from "./platform/db/open"
import type { Connection } from "./platform/events/connection"
import { createEventHub } from "./platform/events/hub"
import { warn } from "./platform/events/warn"
import { createWebSockets, type WebSockets, webSocketHandler } from "./platform/events/websocket"
import { removeServerEntry, writeServerEntry } from "./platform/home/home"
import { displayHost, listen } from "./platform/http/listen"
import type { Readiness } from "./platform/http/ready"
import { createPeers } from "./platform/peers/peers"
import { createSandboxes } from "./platform/processes/sandbox/sandboxes"

export type ServerOptions = {
  config: Config
  log: Logger
  /** True to continue runs that were left unfinished. */
  takeOver: boolean
  /** True for a command's own server, which ends with the command. */
  temporary: boolean
  /** Overrides of the providers' limits. */
  limits?: ModelOptions["limits"]
}

export type RunningServer = {
  url: string
  /** Describes the database to the user. */
  database: string
  /** Stops gracefully within SHUTDOWN_TIMEOUT. A second call waits for the first. */
  stop(): Promise<void>
  stopped: Promise<void>
}

/** Log levels of database events other than info. */
const levels: Record<string, "debug" | "warn"> = {
  "database.upkeep": "debug",
  "cache.replaced": "warn",
}

type App = Pick<Hono, "fetch">

/** Time to answer clients that waited for runs, if those used up all of SHUTDOWN_TIMEOUT. */
const LAST_WORDS_MS = 1000

/**
 * Starts a server. It listens at once, so `/live` answers while the database is still opening, and
 * accepts work once `/ready` says so. Throws ConfigurationError or AlreadyRunningError.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, log } = options
  // A mistake in it ends the start before anything is opened.
  await readPrices(config.home)
  const readiness: Readiness = { ready: false, reason: "starting" }
  const opening = open(config, log)
  let app: App = startingApp({ config, log, readiness })
  const listening = await listen(
    config,
    (request, server) => app.fetch(request, server),
    webSocketHandler,
  ).catch(
    // If the home is taken, that error explains more than a taken port.
    async (error) => {
      const database = await opening
      await database.close()
      throw error
    },
  )
  const url = `http://${displayHost(config.host)}:${listening.port}`
  let database: Database | undefined
  let deps: Deps | undefined
  try {
    database = await opening
    deps = await wire(options, database, readiness)
    const webSockets = createWebSockets(deps)
    const { promise: stopped, resolve } = Promise.withResolvers<void>()
    let stopping: Promise<void> | undefined
    let stays = options.temporary
    const running: Running = { deps, webSockets, database, listening, url, stays: () => stays }
    const end = () => {
      stopping ??= stop(running).finally(resolve)
      return stopping
    }
    const leave = () => {
      stays = false
      void end()
    }
    const full = createApp(deps, webSockets)
    if (options.temporary) full.route("/api/status", handoverApi(leave))
    app = full
    await deps.generations.markBroken()
    if (options.takeOver) {
      await deps.conversions.takeOver()
      await deps.runs.takeOver()
      running.retention = startRetention(deps)
      await deps.folders.start()
    }
    // A command's own server would end before the model is open.
    if (!options.temporary) {
      deps.embeddings.begin()
      deps.reranker.begin()
    }
    Object.assign(readiness, { ready: true, reason: "" })
    const entry = { url, pid: process.pid, version, temporary: options.temporary }
    // Commands that find the entry may send work at once.
    await writeServerEntry(config.home, entry)
    log.info({ module: "server", event: "server.started", url, database: database.description })
    return { url, database: database.description, stopped, stop: end }
  } catch (error) {
    // Report why it did not start, not failures of the cleanup.
    await deps?.runs.stop(0).catch(() => undefined)
    await deps?.conversions.close()
    deps?.priceBook.close()
    deps?.events.close()
    await listening.stop(true)
    await database?.close()
    throw error
  }
}

/** Starts opening the database. The caller can do other work before it waits for it. */
function open(
  { databaseUrl, databasePoolSize, databaseMaxOverflow, home }: Config,
  log: Logger,
): Promise<Database> {
  const opening = openDatabase({
    databaseUrl,
    poolSize: databasePoolSize + databaseMaxOverflow,
    home,
    log: (event, context) => log[levels[event] ?? "info"]({ module: "db", event, ...context }),
  })
  // Keeps a failure from counting as unhandled before someone awaits it.
  opening.catch(() => undefined)
  return opening
}

/** Creates what services need, on top of an open database. */
export async function wire(
  { config, log, limits = {} }: Pick<ServerOptions, "config" | "log" | "limits">,
  { db, description: database, pgvector, engine, listen }: Database,
  readiness: Readiness,
): Promise<Deps> {
  const events = await createEventHub(db, {
    listen,
    queueMax: config.eventQueueMax,
    onError: (err) => log.error({ module: "events", event: "events.unread", err }),
  })
  const search = createSearchIndex()
  const sandboxes = createSandboxes(config, log)
  const models = createModelRegistry(config, {
    defaultModel: async () => (await currentSettings({ db, config })).defaultModel,
    hide: (text) => hideSecrets(secretsOf(config))(text),
    limits,
    sandboxes,
    onOpen: (provider, message, retry_after) =>
      void warn({ db, events, log }, message, { provider, retry_after }),
  })
  const ownsHome = engine === "embedded"
  const callers = { peers: createPeers(), presence: createPresence() }
  const found = { config, log, db, database, pgvector, ownsHome, sandboxes, readiness, ...callers }
  const conversions = createConversions({ ...found, events, search })
  const embeddings = createEmbeddings({ ...found, events })
  const priceBook = createPriceBook(config.home, (sentence) => {
    void warn({ db, events, log }, sentence, { file: "prices.json" })
  })
  const money = { priceBook, reservations: createReservations() }
  const indexes = { search, conversions, embeddings, reranker: createReranker(found) }
  const running = { ...found, ...money, ...indexes, events, models }
  const chats = { generations: createGenerations(running), completions: createCompletions(running) }
  const folders = createFolderKeeper(running)
  const working = { ...running, runs: createSupervisor(running), ...chats, folders }
  return { ...working, runHistory: createRunHistory(working) }
}

type Running = {
  deps: Deps
  webSockets: WebSockets
  database: Database
  listening: Bun.Server<Connection>
  url: string
  /** True while it waits for commands that use it, before it stops. */
  stays: () => boolean
  /** Only on servers that take over runs. A command that lists or searches deletes nothing. */
  retention?: Retention
}

/**
 * Refuses new work, gives running work time to end, then closes everything in order of dependency.
 */
async function stop(running: Running): Promise<void> {
  const { deps, webSockets, database, listening, url, stays } = running
  const { config, log, readiness } = deps
  while (stays() && listening.pendingRequests > 0) await Bun.sleep(50)
  await removeServerEntry(config.home, { url, pid: process.pid })
  const deadline = performance.now() + config.shutdownTimeout * 1000
  Object.assign(readiness, { ready: false, reason: "shutting down" })
  log.info({ module: "server", event: "server.stopping" })
  const grace = config.shutdownTimeout * 1000
  await Promise.all([deps.runs, deps.generations, deps.completions].map((it) => it.stop(grace)))
  await running.retention?.close()
  await deps.folders.close()
  await deps.conversions.close()
  deps.priceBook.close()
  await Promise.all([deps.search.close(), deps.embeddings.close(), deps.reranker.close()])
  deps.events.close()
  const answered = Math.max(deadline, performance.now() + LAST_WORDS_MS)
  while (listening.pendingRequests > 0 && performance.now() < answered) await Bun.sleep(20)
  await webSockets.ended()
  await listening.stop(true)
  await database.close()
  log.info({ module: "server", event: "server.stopped" })
}

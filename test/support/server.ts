import type { Logger } from "pino"
import { readConfig } from "../../src/platform/config/config"
import { silentLog } from "../../src/platform/log/log"
import { type RunningServer, type ServerOptions, startServer } from "../../src/server"
import { type Client, createClient } from "../../src/ways-in/client/client"
import { freshData } from "./database"
import { noModels } from "./process"

export type TestServer = RunningServer & {
  home: string
  client: Client
  /** Asks the server for a path, as a client that is no browser. */
  fetch(path: string, init?: RequestInit): Promise<Response>
} & AsyncDisposable

type Options = {
  /** Settings by their names, as in the environment. */
  settings?: Record<string, string>
  /** A home to go on with; it is not removed at the end. */
  home?: string
  takeOver?: boolean
  log?: Logger
  limits?: ServerOptions["limits"]
}

/** A free port, a short end, no limit or call that a test did not ask for, no model of this machine. */
const forTests = {
  ...{ PORT: "0", SHUTDOWN_TIMEOUT: "1", DATABASE_MAX_OVERFLOW: "0" },
  CHAT_TITLES: "first-line",
  ...{ RATE_LIMIT_UPLOADS: "100000/minute", RATE_LIMIT_MESSAGES: "100000/minute" },
  ...noModels,
}

/** A real server on a free port with data of its own; offline unless the settings say otherwise. */
export async function testServer(options: Options = {}): Promise<TestServer> {
  const own = options.home ? undefined : await freshData()
  const home = options.home ?? own?.home ?? ""
  const env = { AMELIA_HOME: home, ...forTests, ...options.settings }
  const { config } = await readConfig({ env })
  const { takeOver = true, log = silentLog(), limits = {} } = options
  const server = await startServer({ config, log, takeOver, limits, temporary: false })
  return {
    ...server,
    home,
    client: createClient({ url: server.url }),
    fetch: (path, init) => fetch(server.url + path, init),
    async [Symbol.asyncDispose]() {
      await server.stop()
      await own?.[Symbol.asyncDispose]()
    },
  }
}

import type { Config } from "../config/config"
import { AppError, messageOf } from "../errors"
import { describeListener, findListener } from "../processes/listener"

type Fetch<Data> = (request: Request, server: Bun.Server<Data>) => Response | Promise<Response>

/** Serves `fetch`; port 0 picks a free one. Throws ConfigurationError if the port is in use. */
export async function listen<Data>(
  config: Config,
  fetch: Fetch<Data>,
  websocket: Bun.WebSocketHandler<Data>,
): Promise<Bun.Server<Data>> {
  const { host, port } = config
  await refuseTakenPort(config)
  try {
    return Bun.serve({
      hostname: host,
      port,
      fetch,
      websocket,
      // Event streams can be quiet for long. Bun would close them.
      idleTimeout: 0,
      // The app enforces its own limit with an error. Bun would close the connection silently.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      development: false,
      // Outside development mode, Bun shares the port with any process that asks for it.
      reusePort: false,
    })
  } catch (cause) {
    // Another process may have taken the port since we looked.
    await refuseTakenPort(config)
    const sentence = `Amelia can't listen on ${host}:${port}: ${messageOf(cause)}`
    throw new AppError("ConfigurationError", sentence, { host, port }, { cause })
  }
}

async function refuseTakenPort({ host, port }: Config): Promise<void> {
  const listener = port === 0 ? undefined : await findListener(host, port)
  if (!listener) return
  const sentence = `${describeListener(listener)}. Choose another port with --port.`
  throw new AppError("ConfigurationError", sentence, { host, ...listener })
}

/** The host as written in a URL. Addresses for all interfaces become loopback. */
export function displayHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1"
  return host.includes(":") ? `[${host}]` : host
}

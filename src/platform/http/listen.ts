import type { Config } from "../config/config"
import { AppError, messageOf } from "../errors"
import { describeListener, findListener } from "../processes/listener"

type Fetch<Data> = (request: Request, server: Bun.Server<Data>) => Response | Promise<Response>

/**
 * Serves `fetch` on the host and port of the settings; port 0 is any free one. Throws a
 * ConfigurationError if that can't be, which names the process that has the port.
 */
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
      // Event streams are quiet for long; without a limit of its own Bun would close them.
      idleTimeout: 0,
      // The app has a limit of its own, and says so: Bun would answer without a word.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      development: false,
      // Outside of development Bun shares the port with every process that asks for the same.
      reusePort: false,
    })
  } catch (cause) {
    // Another may have come first since we looked.
    await refuseTakenPort(config)
    const sentence = `Amelia can't listen on ${host}:${port}: ${messageOf(cause)}`
    throw new AppError("ConfigurationError", sentence, { host, port }, { cause })
  }
}

async function refuseTakenPort({ host, port }: Config): Promise<void> {
  const other = port === 0 ? undefined : await findListener(host, port)
  if (!other) return
  const sentence = `${describeListener(other)}. Choose another port with --port.`
  throw new AppError("ConfigurationError", sentence, { host, ...other })
}

/** A host as it stands in a URL; an address that means all interfaces is reached by loopback. */
export function displayHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1"
  return host.includes(":") ? `[${host}]` : host
}

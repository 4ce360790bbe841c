import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { constants } from "node:os"
import { z } from "zod"
import { join } from "./join"

const optionsSchema = z.object({
  /** Path of the outside proxy's socket. */
  socket: z.string(),
  reachable: z.array(z.string()),
  argv: z.array(z.string()),
  cwd: z.string(),
  /** True if the program reads a secret from descriptor 3. */
  hasSecret: z.boolean(),
})

/** Inside, these names are the sandbox's own services. */
const LOCAL = "localhost,127.0.0.1,::1"

/**
 * Runs the bridge between a sandbox without network and the proxy outside. It listens on the
 * sandbox's loopback address, forwards bytes to the proxy's socket, and runs one program with the
 * usual proxy variables. Returns the program's exit code.
 */
export async function bridgeNetwork(argument: string, env: NodeJS.ProcessEnv): Promise<number> {
  const { socket, reachable, argv, cwd, hasSecret } = optionsSchema.parse(JSON.parse(argument))
  // The program ends on these signals, and this process with it.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => {})
  // First, because the proxy can use any remaining port.
  for (const pair of reachable) await listenAt(pair, socket)
  const port = await listen("127.0.0.1", 0, (client) =>
    join(client, connect({ path: socket, allowHalfOpen: true })),
  )
  const proxy = `http://127.0.0.1:${port}`
  const program = Bun.spawn(argv, {
    cwd,
    env: { ...env, ...proxyVariables(proxy) },
    stdio: ["inherit", "inherit", "inherit", ...(hasSecret ? [3] : [])],
  })
  await program.exited
  const { exitCode, signalCode } = program
  const signals: Record<string, number> = constants.signals
  return exitCode ?? 128 + (signals[String(signalCode)] ?? 0)
}

function proxyVariables(proxy: string): Record<string, string> {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
  const values = [...names.map((name) => [name, proxy]), ["NO_PROXY", LOCAL]]
  const both = values.flatMap(([name = "", value = ""]) => [
    [name, value],
    [name.toLowerCase(), value],
  ])
  return Object.fromEntries(both)
}

/** Makes a service on this machine's loopback available at the same address inside. */
async function listenAt(pair: string, socket: string): Promise<void> {
  const { hostname, port } = new URL(`http://${pair}`)
  const host = hostname.replace(/^\[|\]$/g, "")
  if (!LOCAL.split(",").includes(host)) return
  // If it can't be bound, such as a port below 1024, the proxy still reaches it.
  await listen(host, Number(port || 80), (client) => tunnel(client, socket, pair)).catch(() => {})
}

function listen(host: string, port: number, serve: (client: Socket) => void): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, serve)
  server.on("error", reject)
  server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  return promise
}

/** Connects a client to a host and port through the proxy's CONNECT. */
function tunnel(client: Socket, socket: string, pair: string): void {
  const proxy = connect({ path: socket, allowHalfOpen: true })
  proxy.write(`CONNECT ${pair} HTTP/1.1\r\nHost: ${pair}\r\n\r\n`)
  let answer = ""
  const take = (chunk: Buffer) => {
    answer += chunk.toString("latin1")
    const end = answer.indexOf("\r\n\r\n")
    if (end < 0) return
    proxy.pause().off("data", take)
    if (!answer.startsWith("HTTP/1.1 200")) return void client.destroy()
    client.write(Buffer.from(answer.slice(end + 4), "latin1"))
    join(client, proxy)
  }
  proxy.on("data", take).on("error", () => client.destroy())
  client.on("error", () => proxy.destroy())
}

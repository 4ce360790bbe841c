import { join } from "node:path"
import { type Client, createClient } from "../../src/client"

const main = join(import.meta.dir, "..", "..", "src", "main.ts")

export type ServerProcess = {
  url: string
  client: Client
  pid: number
  /** All that it wrote there, once it has ended. */
  stderr: Promise<string>
  /** SIGKILL: nothing of the process gets to say goodbye. */
  kill(): Promise<void>
  /** SIGTERM, and waits for the end; its exit code. */
  stop(): Promise<number>
} & AsyncDisposable

/** A model server of this machine would take the place of `offline`. */
export const noOllama = { OLLAMA_BASE_URL: "http://127.0.0.1:1" }

const fromSource = [process.execPath, main]
/** From source, or the binary that AMELIA_BINARY names. */
export const program = process.env.AMELIA_BINARY ? [process.env.AMELIA_BINARY] : fromSource

/** `amelia serve` as a process of its own: from source, or the binary that AMELIA_BINARY names. */
export async function serveProcess(options: {
  home: string
  env?: Record<string, string>
}): Promise<ServerProcess> {
  const child = Bun.spawn([...program, "serve", "--port", "0", "--home", options.home, "--json"], {
    env: { PATH: process.env.PATH ?? "", HOME: options.home, ...noOllama, ...options.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  })
  const errors = new Response(child.stderr).text()
  const line = await firstLine(child.stdout)
  if (!line) throw new Error(`The server did not start: ${await errors}`)
  const { url } = JSON.parse(line)
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    child.kill(signal)
    return child.exited
  }
  return {
    url,
    client: createClient({ url }),
    pid: child.pid,
    stderr: errors,
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
    [Symbol.asyncDispose]: async () => void (await end("SIGKILL")),
  }
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  const reader = stream.getReader()
  let text = ""
  for (;;) {
    const { value, done } = await reader.read()
    text += decoder.decode(value, { stream: true })
    if (done || text.includes("\n")) return text.split("\n")[0] ?? ""
  }
}

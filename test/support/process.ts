import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { type Client, createClient } from "../../src/ways-in/client/client"

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

/** A model server or program of this machine would take the place of `offline`. */
export const noModels = {
  OLLAMA_BASE_URL: "http://127.0.0.1:1",
  EMBEDDING_HUB_URL: "http://127.0.0.1:1",
  CLAUDE_CODE_PATH: "/nowhere/claude",
}

export const fromSource = [process.execPath, main]
/** From source, or the binary that AMELIA_BINARY names. */
export const program = process.env.AMELIA_BINARY ? [process.env.AMELIA_BINARY] : fromSource

type Options = { home: string; env?: Record<string, string>; program?: string[] }

/** From source, where this module is loaded first. */
export function programAfter(preloaded: string): string[] {
  return [process.execPath, "--preload", preloaded, main]
}

/** `amelia serve` as a process of its own: from source, or the binary that AMELIA_BINARY names. */
export async function serveProcess(options: Options): Promise<ServerProcess> {
  return launchProcess(options).serving
}

/** As `serveProcess`, for a test that does not wait until it serves: `serving` is that. */
export function launchProcess({ home, env, program: started = program }: Options) {
  const child = Bun.spawn([...started, "serve", "--port", "0", "--home", home, "--json"], {
    env: { PATH: process.env.PATH ?? "", HOME: home, ...noModels, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  })
  const errors = new Response(child.stderr).text()
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    child.kill(signal)
    return child.exited
  }
  const ends = {
    pid: child.pid,
    stderr: errors,
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
    [Symbol.asyncDispose]: async () => void (await end("SIGKILL")),
  }
  const serving = firstLine(child.stdout).then(async (line): Promise<ServerProcess> => {
    if (!line) throw new Error(`The server did not start: ${await errors}`)
    const { url } = JSON.parse(line)
    return { url, client: createClient({ url }), ...ends }
  })
  // A test that kills it at once does not wait for it.
  serving.catch(() => {})
  return { ...ends, serving }
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

/** The processes that run for a home, a server and all that it started; none where /proc is not. */
export async function processesOf(home: string): Promise<number[]> {
  const all = (await readdir("/proc").catch(() => [])).map(Number).filter(Number.isInteger)
  const found = await Promise.all(
    all.map(async (pid) => {
      // One may end meanwhile, or belong to someone else.
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")
      return environment.split("\0").includes(`HOME=${home}`) ? [pid] : []
    }),
  )
  return found.flat()
}

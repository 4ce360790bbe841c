import { setTimeout as delay } from "node:timers/promises"
import { AppError, messageOf } from "../errors"
import { findServer, makeHome } from "../home"
import { createLog } from "../log"
import { type Context, type ExitCode, exitCodes } from "./context"
import { Interrupted } from "./failure"
import { loadConfig, type ServeOptions } from "./settings"

/** Serves until the first SIGINT or SIGTERM, then ends gracefully. */
export async function serve(context: Context, options: ServeOptions): Promise<ExitCode> {
  const { terminal, interrupted } = context
  const { config, warnings } = await loadConfig(context, options)
  await makeHome(config.home)
  await takeHome(context, config.home)
  const { log, close } = createLog(config, { write: terminal.err, isTTY: terminal.errIsTTY })
  for (const warning of warnings) log.child({ module: "config" }).warn(warning)
  try {
    const server = await context.startServer({ config, log, takeOver: true, temporary: false })
    await terminal.out(startLine(context, { ...server, home: config.home }, options.json ?? false))
    if (options.open) openBrowser(context, server.url)
    await Promise.race([aborted(interrupted), server.stopped])
    await server.stop()
    return interrupted.aborted ? exitCodes.done : exitCodes.failed
  } finally {
    close()
  }
}

/**
 * Waits until a command's own server has left this home. Throws an AlreadyRunningError if another
 * `serve` has it, Interrupted if the person waits no longer.
 */
async function takeHome(context: Context, home: string): Promise<void> {
  let told = false
  for (;;) {
    const entry = await findServer(home)
    if (!entry) return
    if (!entry.temporary) {
      const sentence = `Amelia already runs for ${home} at ${entry.url} (process ${entry.pid}).`
      throw new AppError("AlreadyRunningError", sentence, { home, url: entry.url, pid: entry.pid })
    }
    if (!told) context.terminal.err(`Waiting for a command (process ${entry.pid}) to end.\n`)
    told = true
    await delay(250)
    if (context.interrupted.aborted) throw new Interrupted("Interrupted.")
  }
}

function startLine(
  { version }: Context,
  { url, database, home }: { url: string; database: string; home: string },
  json: boolean,
): string {
  if (json) return `${JSON.stringify({ url, database, home, pid: process.pid, version })}\n`
  return `Amelia ${version} at ${url}, ${database}\n`
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }))
}

function openBrowser({ terminal }: Context, url: string): void {
  const openers: Record<string, string[]> = {
    darwin: ["open", url],
    win32: ["rundll32", "url.dll,FileProtocolHandler", url],
  }
  try {
    const command = openers[process.platform] ?? ["xdg-open", url]
    Bun.spawn(command, { stdio: ["ignore", "ignore", "ignore"] }).unref()
  } catch (error) {
    terminal.err(`No browser could be opened: ${messageOf(error)}\n`)
  }
}

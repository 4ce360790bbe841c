import { type Config, inheritedWithDesktop } from "../../platform/config/config"
import { messageOf } from "../../platform/errors"
import { withUmask } from "../../platform/files/umask"
import { makeHome } from "../../platform/home/home"
import { createLog } from "../../platform/log/log"
import { type Context, type ExitCode, exitCodes } from "./context"
import { claimHome, onceFree } from "./home"
import { loadConfig, type ServeOptions } from "./settings"

/** Serves until the first SIGINT or SIGTERM, then stops gracefully. */
export async function serve(context: Context, options: ServeOptions): Promise<ExitCode> {
  const { terminal, interrupted } = context
  const { config, warnings, protection } = await loadConfig(context, options)
  await makeHome(config.home)
  await claimHome(context, config)
  const { log, close } = createLog(config, { write: terminal.err, isTTY: terminal.errIsTTY })
  for (const warning of [...protection.warnings, ...warnings]) {
    log.child({ module: "config" }).warn(warning)
  }
  try {
    const server = await onceFree(context, leaving_ms(config), async () => {
      // A command that held the home but wasn't ready can be asked to leave now.
      await claimHome(context, config)
      return context.startServer({ config, log, takeOver: true, temporary: false })
    })
    await terminal.out(startLine(context, { ...server, home: config.home }, options.json ?? false))
    if (options.open) openBrowser(context, server.url)
    await Promise.race([aborted(interrupted), server.stopped])
    await server.stop()
    return interrupted.aborted ? exitCodes.done : exitCodes.failed
  } finally {
    close()
  }
}

/** How long a command's own server may take to leave: it lets running steps finish. */
function leaving_ms({ shutdownTimeout }: Config): number {
  return shutdownTimeout * 1000 + 5000
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

function openBrowser({ terminal, env, umask }: Context, url: string): void {
  const openers: Record<string, string[]> = {
    darwin: ["open", url],
    win32: ["rundll32", "url.dll,FileProtocolHandler", url],
  }
  try {
    const command = openers[process.platform] ?? ["xdg-open", url]
    const options = {
      env: inheritedWithDesktop(env),
      stdio: ["ignore", "ignore", "ignore"],
    } as const
    withUmask(umask, () => Bun.spawn(command, { ...options, stdio: [...options.stdio] })).unref()
  } catch (error) {
    terminal.err(`Could not open a browser: ${messageOf(error)}\n`)
  }
}

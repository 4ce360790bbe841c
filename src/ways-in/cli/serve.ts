import { once } from "node:events"
import { type Config, inheritedWithDesktop } from "../../platform/config/config"
import { messageOf } from "../../platform/errors"
import { withUmask } from "../../platform/files/umask"
import { makeHome } from "../../platform/home/home"
import { createLog } from "../../platform/log/log"
import { createClient } from "../client/client"
import { type Context, type ExitCode, exitCodes } from "./context"
import { claimHome, onceFree } from "./home"
import { type Add, withCommonOptions } from "./options"
import { modelNotice } from "./run/model"
import { loadConfig, type ServeOptions } from "./settings"

/** Serves until the first SIGINT or SIGTERM, then stops gracefully. */
async function serve(context: Context, options: ServeOptions): Promise<ExitCode> {
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
    void modelNotice(createClient({ url: server.url, token: config.ameliaToken })).then(
      (notice) => notice && log.child({ module: "models" }).warn(notice),
      // The server is already stopping.
      () => undefined,
    )
    if (options.open) openBrowser(context, server.url)
    if (!interrupted.aborted) await Promise.race([once(interrupted, "abort"), server.stopped])
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

function openBrowser({ terminal, env, umask }: Context, url: string): void {
  const openers: Record<string, string[]> = {
    darwin: ["open", url],
    win32: ["rundll32", "url.dll,FileProtocolHandler", url],
  }
  try {
    const command = openers[process.platform] ?? ["xdg-open", url]
    const inherited = inheritedWithDesktop(env)
    const start = () =>
      Bun.spawn(command, { env: inherited, stdio: ["ignore", "ignore", "ignore"] })
    withUmask(umask, start).unref()
  } catch (error) {
    terminal.err(`Could not open a browser: ${messageOf(error)}\n`)
  }
}

export const addServe: Add = (program, does) => {
  withCommonOptions(program.command("serve"))
    .description("start the server and print its URL; Ctrl-C stops it")
    .option("--host <host>", "address to listen on (default: 127.0.0.1)")
    .option("--port <port>", "port to listen on, 0 for a free one (default: 8000)")
    .option("--open", "open the browser")
    .addHelpText("after", "\nExamples:\n  amelia serve --port 9000 --open\n  amelia --home ./trial")
    .action(does(serve))
}

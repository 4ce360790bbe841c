import { version } from "../package.json"
import { CONVERT } from "./engines/convert/child-protocol"
import { messageOf } from "./platform/errors"
import { BRIDGE, SUPERVISE } from "./platform/processes/messages"
import { bridgeNetwork } from "./platform/processes/sandbox/bridge"
import { superviseChild } from "./platform/processes/supervisor"
import { exitCodes, type StartServer } from "./ways-in/cli/context"
import { runCommand } from "./ways-in/cli/program"
import { createTerminal } from "./ways-in/cli/terminal"

/** The first SIGINT or SIGTERM asks the command to stop. The second ends the process at once. */
function onSignals(): AbortSignal {
  const controller = new AbortController()
  const codes = { SIGINT: exitCodes.interrupted, SIGTERM: 143 } as const
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(codes[signal])
      controller.abort(signal)
    })
  }
  return controller.signal
}

/** With these variables, perhaps set for another tool, LangChain sends traces to a third party. */
function forgetTracing(env: typeof process.env): void {
  for (const name of Object.keys(env)) if (/^LANG(SMITH|CHAIN)_/.test(name)) delete env[name]
}

/** An unhandled rejection must not end a server that serves everything else. */
function surviveStrays(): void {
  process.on("unhandledRejection", (reason) => {
    process.stderr.write(`Unhandled: ${reason instanceof Error ? reason.stack : reason}\n`)
  })
}

async function main(): Promise<void> {
  // The bridge writes no files, and its program needs the user's umask.
  if (process.argv[2] === BRIDGE) {
    process.exit(await bridgeNetwork(process.argv[3] ?? "", process.env))
  }
  // Set before anything is written, so that no file is ever readable by others.
  const umask = process.umask(0o077)
  if (process.argv[2] === SUPERVISE) process.exit(await superviseChild())
  if (process.argv[2] === CONVERT) {
    await (await import("./engines/convert/child")).convertDocument()
    process.exit(exitCodes.done)
  }
  surviveStrays()
  forgetTracing(process.env)
  const terminal = createTerminal(process.stdout, process.stderr, process.stdin)
  const context = {
    version,
    cwd: process.cwd(),
    env: process.env,
    umask,
    terminal,
    interrupted: onSignals(),
    // Loaded on demand, so that --help doesn't wait for a database engine.
    startServer: async (options: Parameters<StartServer>[0]) =>
      (await import("./server")).startServer(options),
    checkPrices: async (home: string) =>
      (await import("./engines/models/price-file")).readPrices(home),
  }
  const code = await runCommand(context, process.argv.slice(2))
  await terminal.flush()
  process.exit(code)
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exit(exitCodes.failed)
})

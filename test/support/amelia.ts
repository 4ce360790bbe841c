import { version } from "../../package.json"
import { readPrices } from "../../src/engines/models/price-file"
import { startServer } from "../../src/server"
import { runCommand } from "../../src/ways-in/cli/program"
import { noModels, program } from "./process"

const apart = { SHUTDOWN_TIMEOUT: "1", ...noModels }

type Options = { home: string; env?: Record<string, string> }
type Ask = (question: string) => Promise<string | undefined>
type InProcess = Options & {
  cwd?: string
  outIsTTY?: boolean
  ask?: Ask
  askHidden?: Ask
  input?: string
}

/** `amelia` as a process of its own, with nothing of our environment. */
export function start(args: string[], { home, env }: Options) {
  return Bun.spawn([...program, ...args], {
    env: { PATH: process.env.PATH ?? "", AMELIA_HOME: home, ...apart, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  })
}

/**
 * One command line, carried out in this process; `outIsTTY` if a person reads stdout on a screen,
 * `ask` for one who answers, `input` for what is piped in.
 */
export async function command(
  args: string[],
  { home, env, cwd = home, outIsTTY = false, ask, askHidden = ask, input }: InProcess,
) {
  const said = { out: "", err: "" }
  const flush = async () => undefined
  const terminal = {
    async out(text: string) {
      said.out += text
    },
    err(text: string) {
      said.err += text
    },
    ...{ flush, outIsTTY, errIsTTY: false, columns: () => 80 },
    ...(ask ? { ask } : {}),
    ...(askHidden ? { askHidden } : {}),
    ...(input === undefined ? {} : { input: async () => input }),
  }
  const interrupted = new AbortController().signal
  const settings = { AMELIA_HOME: home, ...apart, ...env }
  const umask = process.umask()
  const context = {
    version,
    cwd,
    env: settings,
    umask,
    terminal,
    interrupted,
    startServer,
    checkPrices: readPrices,
  }
  const code = await runCommand(context, args)
  return { code, ...said }
}

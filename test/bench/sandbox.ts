/** `bun test/bench/sandbox.ts`: what a sandbox adds to the start of a program and to a conversion. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { converterPolicy, convertFile } from "../../src/engines/convert/conversion"
import { startChild } from "../../src/platform/processes/child"
import type { Policy, Sandbox } from "../../src/platform/processes/sandbox/policy"
import { trySandbox } from "../../src/platform/processes/sandbox/trial"
import { type Figure, ofRuns, printFigures } from "./figures"

const RUNS = 20
const signal = new AbortController().signal

export async function measureSandbox(): Promise<Figure[]> {
  const { program } = await trySandbox(process.env.PATH)
  if (!program) return []
  const folder = await mkdtemp(join(tmpdir(), "amelia-bench-"))
  const path = join(folder, "file")
  await Bun.write(path, "A wombat digs its burrow at night.\n")
  const job = { path, name: "a.txt", url: null, type: "text", size: 800, overlap: 200 } as const
  const convert = (sandbox: Sandbox | undefined) =>
    Array.fromAsync(convertFile(job, signal, { sandbox }))
  const start = async (sandbox: Sandbox | undefined) => {
    const env = { PATH: process.env.PATH ?? "" }
    const child = await startChild({ argv: ["true"], cwd: "/", env, sandbox })
    await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  }
  const policy = (network: Policy["network"]) => ({ writable: [], hidden: [], network, program })
  const figures = [
    ...(await compare("a conversion", convert, { ...converterPolicy(path), program })),
    ...(await compare("a program without a network", start, policy("none"))),
    ...(await compare("a program behind the proxy", start, policy("outside"))),
  ]
  await rm(folder, { recursive: true })
  return figures
}

/** By turns, so that whatever else this machine does slows both. */
async function compare(
  what: string,
  run: (sandbox: Sandbox | undefined) => Promise<unknown>,
  sandbox: Sandbox,
): Promise<Figure[]> {
  const without: number[] = []
  const within: number[] = []
  const timed = async (times: number[], chosen: Sandbox | undefined) => {
    const begin = performance.now()
    await run(chosen)
    times.push(performance.now() - begin)
  }
  for (let n = 0; n < RUNS; n++) {
    await timed(without, undefined)
    await timed(within, sandbox)
  }
  return [...ofRuns(what, without, "ms"), ...ofRuns(`${what}, in a sandbox`, within, "ms")]
}

if (import.meta.main) printFigures(await measureSandbox())

import { type Child, startChild } from "../../platform/processes/child"
import { linesOf } from "../../platform/processes/lines"
import { ownCommand } from "../../platform/processes/own-command"
import { residentBytes } from "../../platform/processes/processes"
import type { Policy, Sandbox } from "../../platform/processes/sandbox/policy"
import { CONVERT, type Heard, type Job, messageSchema } from "./child-protocol"
import { Unreadable } from "./converted"
import { processLimits } from "./limits"

const LOOK_EVERY_MS = 100

/** The child process ended without saying why. Another attempt may work. */
export class ConversionCrashed extends Error {
  override readonly name = "ConversionCrashed"
}

type Options = { sandbox?: Sandbox | undefined; limits?: typeof processLimits }

/** The child can read the file and nothing else, since the file may be hostile. */
export function converterPolicy(path: string): Policy {
  return { writable: [], readable: [path], hidden: [], network: "none" }
}

/**
 * Prepares a file in a child process and yields its messages; the child waits while nobody takes
 * them. Throws Unreadable, ConversionCrashed, or the signal's reason.
 */
export async function* convertFile(
  job: Job,
  signal: AbortSignal,
  { sandbox, limits = processLimits }: Options = {},
): AsyncGenerator<Heard> {
  const ending = new AbortController()
  const child = await startChild({
    argv: ownCommand(CONVERT),
    cwd: "/",
    env: {},
    sandbox,
    stdin: JSON.stringify(job),
    signal: AbortSignal.any([signal, ending.signal]),
    timeout_ms: limits.total_ms,
    grace_ms: 0,
  })
  let why: Unreadable | undefined
  const end = (sentence: string) => {
    why ??= new Unreadable(sentence)
    ending.abort(why)
  }
  const watch = watchMemory(child, limits.memoryBytes, end)
  child.stderr.resume()
  try {
    for await (const message of heard(child, limits.silence_ms, end)) {
      if (message.type === "failed") throw new Unreadable(message.sentence)
      yield message
      if (message.type === "done") return
    }
    const { cause } = await child.exited
    signal.throwIfAborted()
    if (cause === "timeout") end(tooSlow)
    throw why ?? new ConversionCrashed("The process that reads this file crashed.")
  } finally {
    clearInterval(watch)
    ending.abort()
    await child.exited
  }
}

const tooSlow = "This file takes too long to read."

/** Yields the child's messages. Calls `end` if it is silent for too long. */
async function* heard(
  { stdout }: Child,
  silence_ms: number,
  end: (sentence: string) => void,
): AsyncGenerator<Heard> {
  let silence = setTimeout(end, silence_ms, tooSlow)
  try {
    for await (const line of linesOf(stdout)) {
      clearTimeout(silence)
      if (line === null)
        throw new ConversionCrashed("A message from the child process is too long.")
      yield messageSchema.parse(JSON.parse(line))
      // Starts here because our time to store the message is not the child's.
      silence = setTimeout(end, silence_ms, tooSlow)
    }
  } finally {
    clearTimeout(silence)
  }
}

/** Kernel limits don't fit, because JavaScript engines reserve far more memory than they use. */
function watchMemory({ pid }: Child, bytes: number, end: (sentence: string) => void) {
  return setInterval(() => {
    if (residentBytes(pid) <= bytes) return
    end(`This file takes more than ${bytes / 1024 ** 2} MB of memory to read.`)
  }, LOOK_EVERY_MS)
}

import { setTimeout as delay } from "node:timers/promises"

/**
 * How many processes each crash test kills: some seconds' worth, or what
 * `AMELIA_CRASHES=200 bun test crash` asks for.
 */
export const CRASHES = Number(process.env.AMELIA_CRASHES ?? 6)

/** A part of the kills, at least one. */
export function share(part: number): number {
  return Math.ceil(CRASHES * part)
}

/** Stands in the names of crash tests: `AMELIA_SEED` draws the same phases and moments again. */
export const SEED = Number(process.env.AMELIA_SEED ?? Math.floor(Math.random() * 1e9))

/** Draws numbers in 0..1. */
export type Random = () => number

/** The same numbers for the same seed and round, by mulberry32. */
export function randomOf(round: number): Random {
  let state = Math.imul(SEED + round, 0x9e3779b9)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function oneOf<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)] as T
}

/** A moment of something that takes `duration_ms`: each fourth at its very beginning. */
export function momentOf(random: Random, duration_ms: number): number {
  return random() < 0.25 ? random() * 5 : random() * duration_ms
}

const AT_A_TIME = 4

/** Plays rounds from 0 on, a few at a time, none after one that fails. */
export async function play(
  rounds: number,
  round: (n: number, random: Random) => Promise<void>,
): Promise<void> {
  let next = 0
  const player = async () => {
    for (let n = next++; n < rounds; n = next++) {
      await round(n, randomOf(n)).catch((thrown) => {
        next = rounds
        throw thrown
      })
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: AT_A_TIME }, player))
  for (const end of ends) if (end.status === "rejected") throw end.reason
}

/** A process for a test to kill. */
export type Victim = {
  /** Fulfilled once it has said this line; rejected if it ends before that. */
  said(line: string): Promise<void>
  /** SIGKILL; gives all lines that it said. */
  kill(): Promise<string[]>
}

/** Starts a script from test/support/ as a process of its own. */
export function victim(script: string, ...args: string[]): Victim {
  const argv = [process.execPath, `${import.meta.dir}/${script}`, ...args]
  const child = Bun.spawn(argv, { stdout: "pipe", stderr: "pipe" })
  const lines: string[] = []
  const waiting = new Map<string, () => void>()
  const read = async () => {
    const decoder = new TextDecoder()
    let rest = ""
    for await (const chunk of child.stdout) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n")
      rest = parts.pop() ?? ""
      for (const line of parts) {
        lines.push(line)
        waiting.get(line)?.()
      }
    }
  }
  const ended = read()
  const errors = new Response(child.stderr).text()
  return {
    async said(line) {
      if (lines.includes(line)) return
      const heard = Promise.withResolvers<void>()
      waiting.set(line, heard.resolve)
      const failed = ended.then(async () => {
        throw new Error(`It ended before it said ${line}: ${lines.at(-1)} ${await errors}`)
      })
      failed.catch(() => {})
      await Promise.race([heard.promise, failed])
    },
    async kill() {
      child.kill("SIGKILL")
      await child.exited
      await ended
      return lines
    },
  }
}

/** How long something takes, as far as it was seen to end. */
export type Phase = { duration_ms: number }

/** Kills a process at some moment between its "begin" and its "done"; gives all that it said. */
export async function killWithin(killed: Victim, phase: Phase, random: Random): Promise<string[]> {
  await killed.said("begin")
  const begun = performance.now()
  const done = killed.said("done").then(() => {
    phase.duration_ms = performance.now() - begun
  })
  // Killed before, it never says it.
  done.catch(() => {})
  await Promise.race([done, delay(momentOf(random, phase.duration_ms))])
  return killed.kill()
}

import { setTimeout as delay } from "node:timers/promises"
import type { Environment } from "../home/home"

const PATIENCE_MS = 5000

/** Returns the first line of `--version`, or undefined if the program doesn't answer. */
export async function programVersion(path: string, env: Environment): Promise<string | undefined> {
  const said = await askProgram([path, "--version"], env, PATIENCE_MS)
  return said?.code === 0 ? said.text.split("\n")[0]?.trim() : undefined
}

/** Returns what a program prints and its exit code, or undefined if it doesn't end in time. */
export async function askProgram(
  argv: string[],
  env: Environment,
  patience_ms: number,
): Promise<{ text: string; code: number } | undefined> {
  try {
    const child = Bun.spawn(argv, { env, stdio: ["ignore", "pipe", "ignore"] })
    const answer = Promise.all([new Response(child.stdout).text(), child.exited])
    const said = await Promise.race([answer, delay(patience_ms, undefined)])
    child.kill("SIGKILL")
    return said && { text: said[0], code: said[1] }
  } catch {
    // A program that can't be started doesn't answer either.
    return undefined
  }
}

import { setTimeout as delay } from "node:timers/promises"
import type { Environment } from "../home/home"

const PATIENCE_MS = 5000

/** Returns the first line of `--version`, or undefined if the program doesn't answer. */
export async function programVersion(path: string, env: Environment): Promise<string | undefined> {
  try {
    const child = Bun.spawn([path, "--version"], { env, stdio: ["ignore", "pipe", "ignore"] })
    const answer = Promise.all([new Response(child.stdout).text(), child.exited])
    const [text, code] = await Promise.race([answer, delay(PATIENCE_MS, ["", null] as const)])
    child.kill("SIGKILL")
    return code === 0 ? text.split("\n")[0]?.trim() : undefined
  } catch {
    // A program that can't be started doesn't answer either.
    return undefined
  }
}

import { setTimeout as delay } from "node:timers/promises"
import type { Environment } from "../home/home"

const PATIENCE_MS = 5000

/** The first line that a program answers to --version; undefined if it does not answer. */
export async function programVersion(path: string, env: Environment): Promise<string | undefined> {
  try {
    const child = Bun.spawn([path, "--version"], { env, stdio: ["ignore", "pipe", "ignore"] })
    const answer = Promise.all([new Response(child.stdout).text(), child.exited])
    const [text, code] = await Promise.race([answer, delay(PATIENCE_MS, ["", null] as const)])
    child.kill("SIGKILL")
    return code === 0 ? text.split("\n")[0]?.trim() : undefined
  } catch {
    // What the system refuses to start does not answer either.
    return undefined
  }
}

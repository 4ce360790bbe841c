import { setTimeout as delay } from "node:timers/promises"
import type { Config } from "../../config"
import type { Context } from "../context"
import { type Check, ok, warning } from "./check"

const PATIENCE_MS = 5000

/** Whether the programs that Amelia starts are there and say their versions. */
export function checkPrograms(context: Context, { claudeCodePath }: Config): Promise<Check[]> {
  const installClaude =
    "To use it, run npm install -g @anthropic-ai/claude-code, or set CLAUDE_CODE_PATH."
  return Promise.all([
    checkProgram(context, "Git", "git", "Install it, to let Amelia work on repositories."),
    checkProgram(context, "Claude Code", claudeCodePath, installClaude),
  ])
}

async function checkProgram(
  context: Context,
  name: string,
  command: string,
  mend: string,
): Promise<Check> {
  const path = Bun.which(command, { PATH: context.env.PATH ?? "" })
  if (!path) return warning(name, `There is no command ${command} on the PATH.`, mend)
  const version = await versionOf(path, context.env)
  if (version) return ok(name, `${version}, ${path}`)
  return warning(name, `${path} does not answer to --version.`, mend)
}

async function versionOf(path: string, env: Context["env"]): Promise<string | undefined> {
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

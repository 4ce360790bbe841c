import { programVersion } from "../../children/version"
import type { Config } from "../../config"
import { type Check, ok, warning } from "./check"

/** Whether the programs that Amelia starts are there and say their versions. */
export function checkPrograms({ claudeCodePath, programEnv }: Config): Promise<Check[]> {
  const installClaude =
    "To use it, run npm install -g @anthropic-ai/claude-code, or set CLAUDE_CODE_PATH."
  return Promise.all([
    checkProgram(programEnv, "Git", "git", "Install it, to let Amelia work on repositories."),
    checkProgram(programEnv, "Claude Code", claudeCodePath, installClaude),
  ])
}

async function checkProgram(
  env: Config["programEnv"],
  name: string,
  command: string,
  mend: string,
): Promise<Check> {
  const path = Bun.which(command, { PATH: env.PATH ?? "" })
  if (!path) return warning(name, `There is no command ${command} on the PATH.`, mend)
  const version = await programVersion(path, env)
  if (version) return ok(name, `${version}, ${path}`)
  return warning(name, `${path} does not answer to --version.`, mend)
}

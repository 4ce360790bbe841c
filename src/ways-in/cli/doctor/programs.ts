import type { Config } from "../../../platform/config/config"
import { createSandboxes } from "../../../platform/processes/sandbox/sandboxes"
import { programVersion } from "../../../platform/processes/version"
import { type Check, failed, ok, warning } from "./check"

/** Whether the programs that Amelia starts are there and say their versions. */
export function checkPrograms(config: Config): Promise<Check[]> {
  const { claudeCodePath, programEnv } = config
  const installClaude =
    "To use it, run npm install -g @anthropic-ai/claude-code, or set CLAUDE_CODE_PATH."
  return Promise.all([
    checkProgram(programEnv, "Git", "git", "Install it, to let Amelia work on repositories."),
    checkProgram(programEnv, "Claude Code", claudeCodePath, installClaude),
    checkSandbox(config),
  ])
}

/** Whether what an agent does is confined. */
async function checkSandbox(config: Config): Promise<Check> {
  if (config.sandbox === "off") return warning("Sandbox", "off, as SANDBOX says")
  const { program, found, fix: mend } = await createSandboxes(config).trial()
  if (program) return ok("Sandbox", found)
  if (config.sandbox === "required") return failed("Sandbox", found, mend)
  return warning("Sandbox", `off. ${found}`, mend)
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

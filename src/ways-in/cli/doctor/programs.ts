import type { Config } from "../../../platform/config/config"
import { createSandboxes } from "../../../platform/processes/sandbox/sandboxes"
import { programVersion } from "../../../platform/processes/version"
import { type Check, failed, ok, warning } from "./check"

export function checkPrograms(config: Config): Promise<Check[]> {
  const installGit = "Install it so that Amelia can work on repositories."
  return Promise.all([
    checkProgram(config.programEnv, "Git", "git", installGit),
    checkSandbox(config),
  ])
}

async function checkSandbox(config: Config): Promise<Check> {
  if (config.sandbox === "off") return warning("Sandbox", "off (SANDBOX=off)")
  const { program, found, fix } = await createSandboxes(config).trial()
  if (program) return ok("Sandbox", found)
  if (config.sandbox === "required") return failed("Sandbox", found, fix)
  return warning("Sandbox", `off. ${found}`, fix)
}

async function checkProgram(
  env: Config["programEnv"],
  name: string,
  command: string,
  fix: string,
): Promise<Check> {
  const path = Bun.which(command, { PATH: env.PATH ?? "" })
  if (!path) return warning(name, `The command ${command} is not on the PATH.`, fix)
  const version = await programVersion(path, env)
  if (version) return ok(name, `${version}, ${path}`)
  return warning(name, `${path} does not respond to --version.`, fix)
}

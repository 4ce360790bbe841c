import { homedir } from "node:os"
import { shellQuoted } from "../../platform/home/shell"
import { ownCommand } from "../../platform/processes/own-command"
import { print } from "./answer"
import { type Context, type ExitCode, exitCodes } from "./context"
import { UsageError } from "./failure"
import { type Add, withCommonOptions } from "./options"
import type { Manager } from "./service/definition"
import { launchd } from "./service/launchd"
import { ask } from "./service/programs"
import { install, remove, type Status, shellSettings, status } from "./service/service"
import { systemd } from "./service/systemd"
import { type CommonOptions, loadConfig } from "./settings"

async function installIt(context: Context, options: CommonOptions): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  const manager = await managerOf(context)
  const found = await install(context, { config, manager, envFile: options.envFile })
  await print(context, options, found, statusText(found, manager))
  const { terminal } = context
  const lost = shellSettings(context)
  if (lost.length > 0) {
    terminal.err(
      `The service doesn't have the settings of this shell's environment: ${lost.join(", ")}. ` +
        `Put those that it needs into ${config.home}/config.env, then run amelia service install again.\n`,
    )
  }
  if (manager.name === "systemd") {
    terminal.err("It starts when you log in. To start it at boot: loginctl enable-linger\n")
  }
  if (found.url !== null) return exitCodes.done
  terminal.err("It was started but doesn't answer. To see why, run amelia serve in a terminal.\n")
  return exitCodes.failed
}

async function removeIt(context: Context, options: CommonOptions): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  const removed = await remove(context, config, await managerOf(context))
  const text = removed
    ? `Stopped and removed. Your data stay in ${config.home}.\n`
    : "There is no service.\n"
  await print(context, options, { removed }, text)
  return exitCodes.done
}

/** Exits with 1 if it doesn't run, for scripts. */
async function showIt(context: Context, options: CommonOptions): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  const manager = await managerOf(context)
  const found = await status(context, config, manager)
  await print(context, options, found, statusText(found, manager))
  return found.pid === null ? exitCodes.failed : exitCodes.done
}

function statusText({ installed, file, pid, url, log }: Status, { output }: Manager): string {
  const service = installed ? file : "not installed; amelia service install installs it"
  const running = pid === null ? "no" : `process ${pid}${url ? `, ${url}` : ""}`
  const logs = [log ?? "", output ?? ""].filter(Boolean)
  return [
    `Service: ${service}`,
    `Running: ${running}`,
    ...(installed
      ? [`Logs:    ${logs.join("\n         ") || "none (LOG_FILE_ENABLED=false)"}`]
      : []),
    "",
  ].join("\n")
}

/** Returns the service manager of this machine. Throws a UsageError that says what else to do. */
async function managerOf(context: Context): Promise<Manager> {
  const { env } = context
  const home = env.HOME || homedir()
  if (process.platform === "darwin") {
    return reachable(context, launchd({ home, uid: process.getuid?.() ?? 0 }))
  }
  if (Bun.which("systemctl", { PATH: env.PATH ?? "" })) {
    return reachable(context, systemd({ home, configHome: env.XDG_CONFIG_HOME }))
  }
  throw unsupported("There is neither systemd nor launchd here.")
}

async function reachable(context: Context, manager: Manager): Promise<Manager> {
  const { ok, err } = await ask(context, manager.probe)
  if (ok) return manager
  const hint =
    manager.name === "systemd"
      ? " Log in as the user that is to run it, not through su or sudo; in WSL, enable systemd."
      : " Run this in a session on the screen, not over SSH."
  const said = err.split("\n")[0]?.replace(/\.$/, "")
  throw unsupported(`${manager.name} doesn't answer for this user: ${said}.${hint}`)
}

function unsupported(sentence: string): UsageError {
  const command = ownCommand("serve").map(shellQuoted).join(" ")
  return new UsageError(
    `${sentence}\nLet your own service manager, or the container, run: ${command}`,
  )
}

export const addService: Add = (program, does) => {
  const service = program
    .command("service")
    .description("run Amelia in the background, from login on (systemd or launchd)")
    .addHelpText("after", "\nExamples:\n  amelia service install\n  amelia service status")
  withCommonOptions(service.command("install"))
    .description("install and start the service, or replace it")
    .action(does(installIt))
  withCommonOptions(service.command("remove"))
    .description("stop the service and remove it; your data stay")
    .action(does(removeIt))
  withCommonOptions(service.command("status"))
    .description("say whether it is installed and runs, and where its logs are")
    .action(does(showIt))
}

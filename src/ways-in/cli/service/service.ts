import { existsSync } from "node:fs"
import { rm } from "node:fs/promises"
import { resolve } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { type Config, settingNames, settingOf } from "../../../platform/config/config"
import { AppError } from "../../../platform/errors"
import { findServer, makeHome } from "../../../platform/home/home"
import { ownCommand } from "../../../platform/processes/own-command"
import type { Context } from "../context"
import { waitForServer } from "../home"
import { writeOutput } from "../output"
import { absoluteEntries, type Manager, type Service } from "./definition"
import { ask, askAll, pidOf } from "./programs"

export type Status = {
  installed: boolean
  file: string
  /** The service's process, or null if it doesn't run. */
  pid: number | null
  url: string | null
  log: string | null
}

/** How much longer than SHUTDOWN_TIMEOUT stopping may take, in seconds. */
const SPARE_S = 10
/** A first start makes the database. */
const START_MS = 60_000

/** Installs and starts the service, replacing an older one. Resolves once Amelia answers. */
export async function install(
  context: Context,
  { config, manager, envFile }: { config: Config; manager: Manager; envFile?: string },
): Promise<Status> {
  const text = manager.text(serviceOf(context, config, envFile))
  await refuseOther(context, config, manager)
  await makeHome(config.home)
  if (existsSync(manager.file)) await stop(context, config, manager)
  writeOutput(context, manager.file, text)
  await askAll(context, manager.start)
  await waitForServer(config.home, START_MS, context.interrupted)
  return status(context, config, manager)
}

/** Stops the service and removes it. Returns false if there is none. */
export async function remove(context: Context, config: Config, manager: Manager): Promise<boolean> {
  if (!existsSync(manager.file)) return false
  await stop(context, config, manager)
  await rm(manager.file)
  await askAll(context, manager.forget)
  return true
}

export async function status(context: Context, config: Config, manager: Manager): Promise<Status> {
  const pid = (await pidOf(context, manager)) ?? null
  const server = await findServer(config.home)
  return {
    installed: existsSync(manager.file),
    file: manager.file,
    pid,
    url: pid !== null && server?.pid === pid ? server.url : null,
    log: config.logFileEnabled ? config.logFilePath : null,
  }
}

/** Returns the settings of this shell's environment, which the service won't have. */
export function shellSettings({ env }: Context): string[] {
  const named = settingNames.flatMap((name) => {
    const prefixed = name.startsWith("AMELIA_") ? name : `AMELIA_${name}`
    return settingOf(name).prefixOnly ? [prefixed] : [name, prefixed]
  })
  return [...new Set(named)].filter((name) => env[name])
}

function serviceOf({ env, cwd }: Context, config: Config, envFile?: string): Service {
  const given = envFile ? ["--env-file", resolve(cwd, envFile)] : []
  return {
    command: [...ownCommand("serve"), "--home", config.home, ...given],
    path: absoluteEntries(env.PATH),
    stop_s: config.shutdownTimeout + SPARE_S,
  }
}

/** Throws AlreadyRunningError if a server that isn't the service has the home. */
async function refuseOther(context: Context, config: Config, manager: Manager): Promise<void> {
  const server = await findServer(config.home)
  if (!server || server.temporary || server.pid === (await pidOf(context, manager))) return
  const { url, pid } = server
  const sentence = `Amelia already runs for ${config.home} at ${url} (process ${pid}). Stop it, then run this again.`
  throw new AppError("AlreadyRunningError", sentence, { home: config.home, url, pid })
}

/** launchd answers before the process has ended. */
async function stop(context: Context, config: Config, manager: Manager): Promise<void> {
  // It fails if the service isn't loaded, which is just as well.
  for (const command of manager.stop) await ask(context, command)
  const until = Date.now() + (config.shutdownTimeout + SPARE_S) * 1000
  while ((await pidOf(context, manager)) !== undefined && Date.now() < until) await delay(200)
}

import { type LoadedConfig, readConfig } from "../../platform/config/config"
import type { Context } from "./context"

/** Options of every command. */
export type CommonOptions = {
  home?: string
  envFile?: string
  json?: boolean
  verbose?: boolean
}

export type ServeOptions = CommonOptions & { host?: string; port?: string; open?: boolean }

/** Prints which file permissions it tightened. Throws a ConfigurationError. */
export async function loadConfig(context: Context, options: ServeOptions): Promise<LoadedConfig> {
  const { home, envFile, host, port } = options
  const loaded = await readConfig({
    flags: {
      ...(home && { home }),
      ...(envFile && { envFile }),
      ...(host && { HOST: host }),
      ...(port && { PORT: port }),
    },
    env: context.env,
    umask: context.umask,
    cwd: context.cwd,
  })
  for (const change of loaded.protection.changes) context.terminal.err(`${change}\n`)
  return loaded
}

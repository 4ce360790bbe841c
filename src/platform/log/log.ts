import pino, { type Logger } from "pino"
import { prettyFactory } from "pino-pretty"
import { type Config, hideSecrets, secretsOf } from "../config/config"
import { messageOf } from "../errors"
import { errorForLog, withEvent } from "./error"
import { logFile } from "./file"

const pinoLevels = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warn",
  ERROR: "error",
  CRITICAL: "fatal",
} as const

/** Our name of pino's level. Its `trace` is our DEBUG too. */
function levelName(label: string): string {
  return Object.entries(pinoLevels).find(([, own]) => own === label)?.[0] ?? "DEBUG"
}

/** The destination of lines for a person or a log collector; stderr except in tests. */
type LogScreen = { write(text: string): void; isTTY: boolean }

export type Log = {
  /** `log.child({ module })` names the module; the message of a call is its `event`. */
  log: Logger
  close(): void
}

/**
 * Writes structured lines with `timestamp` (UTC), `level`, bound context and `event` to the log
 * file and, if given, the screen: as JSON, or pretty on a terminal. Secrets from the configuration
 * never appear. A log file that can't be written is reported once on the screen and stops nothing.
 */
export function createLog(config: Config, screen?: LogScreen): Log {
  const { logFilePath: path } = config
  const hidden = withoutSecrets(config)
  const file = logFile({
    path,
    daily: config.logFileRotation === "daily",
    retention_days: config.logFileRetention,
    now: () => new Date(),
    onProblem(problem) {
      log.error({ module: "log" }, `Can't write the log file ${path}: ${messageOf(problem)}`)
    },
  })
  const pretty = config.logFormat === "auto" ? screen?.isTTY : config.logFormat === "pretty"
  const forScreen = pretty ? prettyPrinter(screen?.isTTY ?? false) : (line: string) => line
  const stream = {
    write(line: string) {
      const safe = hidden(line)
      if (config.logFileEnabled) file.write(safe)
      screen?.write(forScreen(safe))
    },
  }
  const log = pino(
    {
      level: pinoLevels[config.debug ? "DEBUG" : config.logLevel],
      base: undefined,
      messageKey: "event",
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: levelName(label) }) },
      serializers: { err: errorForLog, error: errorForLog },
      hooks: {
        logMethod(args, method) {
          method.apply(this, withEvent(args))
        },
      },
    },
    stream,
  )
  return { log, close: file.close }
}

/** A log that writes nothing, for tests and tools. */
export function silentLog(): Logger {
  return pino({ level: "silent" })
}

function prettyPrinter(colorize: boolean): (line: string) => string {
  const print = prettyFactory({
    colorize,
    messageKey: "event",
    timestampKey: "timestamp",
    translateTime: "SYS:HH:MM:ss.l",
    ignore: "module",
    singleLine: true,
    customLevels: { WARNING: 40, CRITICAL: 60 },
    customColors: { WARNING: "yellow", CRITICAL: "bgRed" },
    useOnlyCustomProps: false,
    messageFormat: (log, key) => `${log.module ? `${log.module}: ` : ""}${log[key] ?? ""}`,
  })
  return (line) => print(line) ?? line
}

/** Last line of defense: removes the configuration's secrets from every line. */
function withoutSecrets(config: Config): (line: string) => string {
  return (line) => {
    const secrets = secretsOf(config)
    const quoted = secrets.map((secret) => JSON.stringify(secret).slice(1, -1))
    if (!quoted.some((secret) => line.includes(secret))) return line
    const hide = hideSecrets(secrets)
    const inside = (_key: string, value: unknown) =>
      typeof value === "string" ? hide(value) : value
    return `${JSON.stringify(JSON.parse(line, inside))}\n`
  }
}

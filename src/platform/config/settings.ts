import type { z } from "zod"
import * as is from "./kinds"

type Options = { secret?: true; prefixOnly?: true }

type Setting<Schema extends z.ZodType = z.ZodType> = Options & {
  schema: Schema
  /** As one would write it in a file; empty for none, `<home>` stands for the home directory. */
  standard: string
  meaning: string
}

function setting<Schema extends z.ZodType>(
  schema: Schema,
  standard: string,
  meaning: string,
  options: Options = {},
): Setting<Schema> {
  return { schema, standard, meaning, ...options }
}

/** A setting without a default. */
function choice<Schema extends z.ZodType>(schema: Schema, meaning: string, options: Options = {}) {
  return setting(schema.optional(), "", meaning, options)
}

/** From the environment these count only as AMELIA_…, since shells set them for other reasons. */
const prefixOnly = { prefixOnly: true } as const
const secret = { secret: true } as const

const serving = {
  ENVIRONMENT: setting(
    is.oneOf(["development", "testing", "production"]),
    "production",
    "What this server is for.",
    prefixOnly,
  ),
  DEBUG: setting(is.flag, "false", "Log everything, as LOG_LEVEL=DEBUG does.", prefixOnly),
  HOST: setting(is.words, "127.0.0.1", "Address to listen on.", prefixOnly),
  PORT: setting(is.whole(0, 65_535), "8000", "Port to listen on; 0 takes a free one."),
  AMELIA_TOKEN: choice(is.credential, "What clients must show; needed to leave loopback.", secret),
  ALLOWED_HOSTS: setting(is.hosts, "", "More names that a request's Host may have, by commas."),
  REQUIRE_PRESENCE: setting(
    is.flag,
    "false",
    "Require that a person confirms decisions at gates, budgets, settings and agents.",
  ),
  SHUTDOWN_TIMEOUT: setting(is.whole(0, 3600), "30", "Seconds that running work gets at the end."),
}

const logging = {
  LOG_LEVEL: setting(
    is.oneOf(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
    "INFO",
    "The least that is logged.",
  ),
  LOG_FORMAT: setting(is.oneOf(["auto", "pretty", "json"]), "auto", "auto: pretty on a terminal."),
  LOG_FILE_ENABLED: setting(is.flag, "true", "Also log into a file."),
  LOG_FILE_PATH: setting(is.path, "<home>/logs/amelia.log", "That file."),
  LOG_FILE_ROTATION: setting(is.oneOf(["daily", "never"]), "daily", "When a new one is begun."),
  LOG_FILE_RETENTION: setting(is.days(1, 36_500), "30", "Days that old ones are kept."),
}

const database = {
  DATABASE_URL: choice(is.postgresUrl, "A PostgreSQL server; none: the embedded database.", secret),
  DATABASE_POOL_SIZE: setting(is.whole(1, 10_000), "10", "Connections kept open to a server."),
  DATABASE_MAX_OVERFLOW: setting(
    is.whole(0, 10_000),
    "20",
    "Extra connections allowed above DATABASE_POOL_SIZE under load.",
  ),
}

const models = {
  ANTHROPIC_API_KEY: choice(is.startingWith("sk-ant-"), "Key of the Anthropic API.", secret),
  ANTHROPIC_BASE_URL: choice(is.httpUrl, "Another address of the Anthropic API."),
  OPENROUTER_API_KEY: choice(is.credential, "Key of OpenRouter; starts with sk-or-.", secret),
  OPENROUTER_BASE_URL: choice(is.httpUrl, "Another address of OpenRouter."),
  OLLAMA_BASE_URL: setting(is.httpUrl, "http://localhost:11434", "Address of an Ollama server."),
  DEFAULT_MODEL: setting(is.words, "auto", "provider/model; auto: the first usable; or offline."),
  DEFAULT_TEMPERATURE: setting(is.decimal(0, 2), "0.7", "For providers that have such a setting."),
  DEFAULT_MAX_TOKENS: setting(is.whole(1, 1_000_000), "4096", "Longest answer, in tokens."),
  PROVIDER_CONCURRENCY: setting(is.whole(1, 1000), "8", "Calls at a time to one provider."),
  CLAUDE_CODE_PATH: setting(is.words, "claude", "The Claude Code command."),
  CLAUDE_CODE_TIMEOUT: setting(is.whole(1, 86_400), "300", "Seconds for one Claude Code session."),
}

const retrieval = {
  EMBEDDING_MODEL: setting(
    is.words,
    "sentence-transformers/all-MiniLM-L6-v2",
    "Model that makes the vectors; ollama:NAME for one of Ollama; none: search by words alone.",
  ),
  EMBEDDING_HUB_URL: setting(
    is.httpUrl,
    "https://huggingface.co",
    "Where local models are fetched from, once, into <home>/models.",
  ),
  EMBEDDING_DIMENSION: setting(
    is.whole(1, 16_000),
    "384",
    "Numbers in each vector of EMBEDDING_MODEL.",
  ),
  RERANK_MODEL: setting(
    is.words,
    "none",
    "Local cross-encoder that orders the best passages anew; Xenova/ms-marco-MiniLM-L-6-v2 is one.",
  ),
  CHUNK_SIZE: setting(is.whole(100, 1_000_000), "800", "Characters of one passage."),
  CHUNK_OVERLAP: setting(is.whole(0, 999_999), "200", "Characters shared by two neighbours."),
  RAG_TOP_K: setting(is.whole(1, 100), "5", "Passages that a search gives."),
  RAG_SIMILARITY_THRESHOLD: setting(is.decimal(-1, 1), "0.7", "Least cosine in mode vector."),
}

const limits = {
  MAX_UPLOAD_MB: setting(is.whole(1, 100_000), "100", "Largest upload."),
  STORAGE_QUOTA_MB: setting(is.whole(1, 1_000_000_000), "10240", "Room for all uploads together."),
  RATE_LIMIT_UPLOADS: setting(is.rateLimit, "5/minute", "Upload requests."),
  RATE_LIMIT_MESSAGES: setting(is.rateLimit, "20/minute", "Chat messages."),
  ALLOW_PRIVATE_URLS: setting(is.flag, "false", "Fetch web pages from private addresses too."),
  WS_HEARTBEAT_INTERVAL: setting(is.whole(1, 3600), "30", "Seconds between WebSocket pings."),
  WS_MAX_CONNECTIONS: setting(is.whole(0, 100_000), "100", "WebSockets at a time."),
  EVENT_QUEUE_MAX: setting(is.whole(1, 1_000_000), "1000", "Events that wait for a slow client."),
}

const work = {
  GIT_WORKTREE_DIR: setting(is.path, "<home>/worktrees", "Where worktrees are made."),
  MAX_CONCURRENT_RUNS: setting(is.whole(1, 1000), "4", "Runs at a time; others wait."),
  RUN_LEASE: setting(
    is.whole(1, 3600),
    "30",
    "Seconds of silence after which other processes on DATABASE_URL go on with a process's runs.",
  ),
  SANDBOX: setting(
    is.oneOf(["auto", "off", "required"]),
    "auto",
    "Confine the programs that Amelia starts. auto: where it works; required: or don't start them.",
  ),
  SANDBOX_WRITABLE: setting(
    is.paths,
    "",
    "More folders and files that Claude Code may write in its sandbox, by commas.",
  ),
  SANDBOX_HOSTS: setting(
    is.pairs,
    "",
    "host:port pairs on this machine or a private network that Claude Code may reach, by commas.",
  ),
  RECORD_BODIES: setting(is.flag, "true", "Keep what models were asked and answered."),
  RETENTION_DAYS: setting(
    is.days(0, 36_500),
    "90",
    "Days that events stay, and checkpoints, prompts, answers, log of ended runs; 0: for ever.",
  ),
  BUDGET_RUN_USD: choice(is.decimal(0), "Most that one run may cost, in USD."),
  BUDGET_DAY_USD: choice(is.decimal(0), "Most that all calls of a day in UTC may cost, in USD."),
}

/** Every setting by the section of `.env.example` that it stands in. */
export const sections = {
  Server: serving,
  Logs: logging,
  Database: database,
  Models: models,
  Retrieval: retrieval,
  Limits: limits,
  Work: work,
}

export const settings = {
  ...serving,
  ...logging,
  ...database,
  ...models,
  ...retrieval,
  ...limits,
  ...work,
}
export type SettingName = keyof typeof settings
export const settingNames = Object.keys(settings) as SettingName[]

/** A setting as code sees it that does not care which one it is. */
export function settingOf(name: SettingName): Setting {
  return settings[name]
}

/** PORT → port, DEFAULT_MAX_TOKENS → defaultMaxTokens. */
export type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<CamelCase<Tail>>}`
  : Lowercase<Name>

export function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
}

/** A setting's text and where it was found; the source completes "from …". */
export type Given = { text: string; source: string }

/**
 * All settings, checked, under their names in camel case. Sizes, times and counts have the unit
 * that `.env.example` names: seconds for timeouts, megabytes for …Mb, days for retention.
 */
export type Config = {
  [Name in SettingName as CamelCase<Name>]: z.output<(typeof settings)[Name]["schema"]>
} & {
  /** Absolute path of the home directory. */
  home: string
  /** Where Amelia was started. */
  startDirectory: string
  /** What of the environment the programs get that we start; see `inherited`. */
  programEnv: Record<string, string>
  /** Their umask: the person's own, since they write into that person's repositories. */
  programUmask: number
  /** What was not left at its default. */
  given: Partial<Record<SettingName, Given>>
}

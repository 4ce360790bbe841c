import type { z } from "zod"
import * as is from "./kinds"

type Options = { secret?: true; prefixOnly?: true }

type Setting<Schema extends z.ZodType = z.ZodType> = Options & {
  schema: Schema
  /** As written in a file. Empty means no default; `<home>` stands for the home directory. */
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

function choice<Schema extends z.ZodType>(schema: Schema, meaning: string, options: Options = {}) {
  return setting(schema.optional(), "", meaning, options)
}

/** In the environment these need the AMELIA_ prefix, because shells set them for other purposes. */
const prefixOnly = { prefixOnly: true } as const
const secret = { secret: true } as const

const serving = {
  ENVIRONMENT: setting(
    is.oneOf(["development", "testing", "production"]),
    "production",
    "Deployment environment: development, testing or production.",
    prefixOnly,
  ),
  DEBUG: setting(is.flag, "false", "Log everything; same as LOG_LEVEL=DEBUG.", prefixOnly),
  HOST: setting(is.words, "127.0.0.1", "Address to listen on.", prefixOnly),
  PORT: setting(is.whole(0, 65_535), "8000", "Port to listen on. 0 picks a free one."),
  AMELIA_TOKEN: choice(
    is.credential,
    "Token that clients must send. Required when HOST is not a loopback address.",
    secret,
  ),
  ALLOWED_HOSTS: setting(is.hosts, "", "Extra Host header names to accept, comma-separated."),
  REQUIRE_PRESENCE: setting(
    is.flag,
    "false",
    "Require a person to confirm decisions on gates, budgets, settings and agents.",
  ),
  SHUTDOWN_TIMEOUT: setting(is.whole(0, 3600), "30", "Seconds that running work gets on shutdown."),
}

const logging = {
  LOG_LEVEL: setting(
    is.oneOf(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
    "INFO",
    "Lowest level to log.",
  ),
  LOG_FORMAT: setting(
    is.oneOf(["auto", "pretty", "json"]),
    "auto",
    "Log format on stderr. auto: pretty on a terminal, JSON elsewhere.",
  ),
  LOG_FILE_ENABLED: setting(is.flag, "true", "Also log to a file."),
  LOG_FILE_PATH: setting(is.path, "<home>/logs/amelia.log", "Path of the log file."),
  LOG_FILE_ROTATION: setting(is.oneOf(["daily", "never"]), "daily", "When to start a new file."),
  LOG_FILE_RETENTION: setting(is.days(1, 36_500), "30", "Days to keep old log files."),
}

const database = {
  DATABASE_URL: choice(is.postgresUrl, "PostgreSQL server; empty: the embedded database.", secret),
  DATABASE_POOL_SIZE: setting(is.whole(1, 10_000), "10", "Connections kept open to the server."),
  DATABASE_MAX_OVERFLOW: setting(
    is.whole(0, 10_000),
    "20",
    "Extra connections allowed above DATABASE_POOL_SIZE under load.",
  ),
}

const models = {
  ANTHROPIC_API_KEY: choice(is.startingWith("sk-ant-"), "Anthropic API key.", secret),
  ANTHROPIC_BASE_URL: choice(is.httpUrl, "Base URL of the Anthropic API, if not the default."),
  OPENROUTER_API_KEY: choice(is.credential, "OpenRouter API key; starts with sk-or-.", secret),
  OPENROUTER_BASE_URL: choice(is.httpUrl, "Base URL of OpenRouter, if not the default."),
  OLLAMA_BASE_URL: setting(is.httpUrl, "http://localhost:11434", "Base URL of the Ollama server."),
  DEFAULT_MODEL: setting(is.words, "auto", "provider/model, auto (the first usable) or offline."),
  DEFAULT_TEMPERATURE: setting(is.decimal(0, 2), "0.7", "Sampling temperature, where supported."),
  DEFAULT_MAX_TOKENS: setting(is.whole(1, 1_000_000), "4096", "Maximum answer length, in tokens."),
  CHAT_TITLES: setting(
    is.oneOf(["model", "first-line"]),
    "model",
    "Names chats with a long first message: a short call to the chat's model, or its first line.",
  ),
  PROVIDER_CONCURRENCY: setting(is.whole(1, 1000), "8", "Concurrent calls allowed per provider."),
  CLAUDE_CODE_PATH: setting(is.words, "claude", "Claude Code command, by name or path."),
  CLAUDE_CODE_TIMEOUT: setting(is.whole(1, 86_400), "300", "Time limit of a session, in seconds."),
}

const retrieval = {
  EMBEDDING_MODEL: setting(
    is.words,
    "sentence-transformers/all-MiniLM-L6-v2",
    "Embedding model. ollama:NAME uses one from Ollama; none limits search to words.",
  ),
  EMBEDDING_HUB_URL: setting(
    is.httpUrl,
    "https://huggingface.co",
    "Where to download local models from. Each is downloaded once, into <home>/models.",
  ),
  EMBEDDING_DIMENSION: setting(
    is.whole(1, 16_000),
    "384",
    "Length of the vectors that EMBEDDING_MODEL produces.",
  ),
  RERANK_MODEL: setting(
    is.words,
    "none",
    "Local cross-encoder that reranks the best passages, such as Xenova/ms-marco-MiniLM-L-6-v2.",
  ),
  CHUNK_SIZE: setting(is.whole(100, 1_000_000), "800", "Length of a passage, in characters."),
  CHUNK_OVERLAP: setting(is.whole(0, 999_999), "200", "Characters shared by adjacent passages."),
  RAG_TOP_K: setting(is.whole(1, 100), "5", "Passages that a search returns."),
  RAG_SIMILARITY_THRESHOLD: setting(is.decimal(-1, 1), "0.7", "Minimum cosine in vector mode."),
}

const limits = {
  MAX_UPLOAD_MB: setting(is.whole(1, 100_000), "100", "Maximum size of an uploaded file, in MB."),
  STORAGE_QUOTA_MB: setting(is.whole(1, 1_000_000_000), "10240", "Total upload space, in MB."),
  RATE_LIMIT_UPLOADS: setting(is.rateLimit, "5/minute", "Upload requests allowed per client."),
  RATE_LIMIT_MESSAGES: setting(is.rateLimit, "20/minute", "Chat messages allowed per client."),
  ALLOW_PRIVATE_URLS: setting(is.flag, "false", "Allow fetching web pages from private addresses."),
  WS_HEARTBEAT_INTERVAL: setting(is.whole(1, 3600), "30", "Seconds between WebSocket pings."),
  WS_MAX_CONNECTIONS: setting(is.whole(0, 100_000), "100", "Maximum concurrent WebSockets."),
  EVENT_QUEUE_MAX: setting(is.whole(1, 1_000_000), "1000", "Events queued for a slow client."),
}

const work = {
  GIT_WORKTREE_DIR: setting(is.path, "<home>/worktrees", "Directory for git worktrees."),
  MAX_CONCURRENT_RUNS: setting(is.whole(1, 1000), "4", "Maximum concurrent runs. Others wait."),
  RUN_LEASE: setting(
    is.whole(1, 3600),
    "30",
    "Seconds of silence before other processes on DATABASE_URL take over a process's runs.",
  ),
  SANDBOX: setting(
    is.oneOf(["auto", "off", "required"]),
    "auto",
    "Sandbox programs that Amelia starts. auto: if available; required: don't start without.",
  ),
  SANDBOX_WRITABLE: setting(
    is.paths,
    "",
    "Additional paths that Claude Code may write to in its sandbox, comma-separated.",
  ),
  SANDBOX_HOSTS: setting(
    is.pairs,
    "",
    "Local or private host:port pairs that Claude Code may reach, comma-separated.",
  ),
  RECORD_BODIES: setting(is.flag, "true", "Keep the prompts sent to models and their answers."),
  RETENTION_DAYS: setting(
    is.days(0, 36_500),
    "90",
    "Days to keep events and, for ended runs, checkpoints, prompts, answers and logs. 0: forever.",
  ),
  BUDGET_RUN_USD: choice(is.decimal(0), "Maximum cost of one run, in USD."),
  BUDGET_DAY_USD: choice(is.decimal(0), "Maximum cost of all calls in a UTC day, in USD."),
}

/** All settings, grouped by their section in `.env.example`. */
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

/** A setting by name, for code that handles any setting. */
export function settingOf(name: SettingName): Setting {
  return settings[name]
}

/** PORT → port, DEFAULT_MAX_TOKENS → defaultMaxTokens. */
type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<CamelCase<Tail>>}`
  : Lowercase<Name>

export function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
}

/** A setting's text and its source, which completes "from …". */
export type Given = { text: string; source: string }

/** All settings by camelCase names: timeouts in seconds, …Mb in megabytes, retention in days. */
export type Config = {
  [Name in SettingName as CamelCase<Name>]: z.output<(typeof settings)[Name]["schema"]>
} & {
  home: string
  /** What other commands need to find this home, such as " --home /srv/amelia"; often empty. */
  homeOption: string
  /** Where settings are read from and kept: `<home>/config.env`, or the env file given. */
  settingsFile: string
  startDirectory: string
  /** Environment variables for the programs that we start; see `inherited`. */
  programEnv: Record<string, string>
  /** Umask for those programs: the user's own, since they write to the user's repositories. */
  programUmask: number
  /** Settings that were not left at their defaults. */
  given: Partial<Record<SettingName, Given>>
}

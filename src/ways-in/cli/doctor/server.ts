import type { Config } from "../../../platform/config/config"
import { AppError, messageOf } from "../../../platform/errors"
import { findServer } from "../../../platform/home/home"
import { describeListener, findListener } from "../../../platform/processes/listener"
import type { Client, Health } from "../../client/client"
import { withConnection } from "../connect"
import type { Context } from "../context"
import { Interrupted } from "../failure"
import type { CommonOptions } from "../settings"
import { type Check, failed, ok, warning } from "./check"
import { checkModels } from "./models"

type Settings = { config: Config; options: CommonOptions }

/** If no server runs, starts one for the check, as every command does. */
export async function checkServer(context: Context, settings: Settings): Promise<Check[]> {
  const { config } = settings
  const entry = await findServer(config.home)
  if (entry && entry.version !== context.version) {
    const found = `${entry.url} runs Amelia ${entry.version}; this is ${context.version}.`
    return [warning("Server", found, `Stop it (process ${entry.pid}) and start amelia serve.`)]
  }
  const running = entry && !entry.temporary
  const server = running
    ? ok("Server", `running at ${entry.url} (process ${entry.pid})`)
    : await checkPort(config)
  try {
    return await withConnection(context, settings, async ({ client }) => [
      server,
      ...(await checkHealth(client, config)),
    ])
  } catch (error) {
    if (error instanceof Interrupted) throw error
    return running
      ? [server, failed("Health", messageOf(error))]
      : notStarted(error, server, config)
  }
}

function notStarted(error: unknown, server: Check, { databaseUrl }: Config): Check[] {
  if (error instanceof AppError && error.name === "AlreadyRunningError") {
    const fix = "It does not respond. Stop that process and start Amelia again."
    return [failed("Server", error.message, fix)]
  }
  const fix = databaseUrl ? "Start that server, or correct DATABASE_URL." : null
  return [server, failed("Database", messageOf(error), fix)]
}

/** Checks that `amelia serve` could listen on its configured address. */
async function checkPort({ host, port }: Config): Promise<Check> {
  const other = port === 0 ? undefined : await findListener(host, port)
  if (other) {
    const fix = "Set PORT to another port, or stop the program that listens there."
    return failed("Server", `${describeListener(other)}.`, fix)
  }
  try {
    Bun.listen({ hostname: host, port, socket: { data() {} } }).stop(true)
    const place = port === 0 ? `a free port of ${host}` : `${host}:${port}`
    return ok("Server", `not running; it can listen on ${place}`)
  } catch {
    const fix = "Set HOST to an address of this machine, and PORT to a port that you may use."
    return failed("Server", `It can't listen on ${host}:${port}.`, fix)
  }
}

async function checkHealth(client: Client, { home }: Config): Promise<Check[]> {
  const ready = await client.ready()
  if (!ready.ready) {
    return [warning("Health", `The server is ${ready.reason}.`, "Try again in a moment.")]
  }
  const { database, event_bus, pgvector, disk_space, embeddings, reranking } = (
    await client.health()
  ).checks
  return [
    checkDatabase(database),
    pgvector.installed
      ? ok("Vectors", "pgvector is installed")
      : warning("Vectors", "pgvector is not installed: search matches words only.", pgvectorFix),
    embeddings.status === "healthy"
      ? ok("Embeddings", embeddings.note)
      : warning("Embeddings", `Search matches words only: ${embeddings.note}`, embeddings.fix),
    ...(reranking.state === "off" ? [] : [checkReranking(reranking, home)]),
    checkDisk(disk_space, home),
    event_bus.status === "healthy"
      ? ok("Events", "delivered as they happen")
      : failed("Events", "Events are not delivered.", "Restart the server."),
    ...(await checkModels(client)),
  ]
}

const pgvectorFix = "Install pgvector on the PostgreSQL server and start Amelia again."

function checkReranking({ status, note }: Health["checks"]["reranking"], home: string): Check {
  if (status === "healthy") return ok("Reranking", note)
  const fix = `Amelia retries on its own. Without a network, copy the model's files to ${home}/models, or turn it off with RERANK_MODEL=none.`
  return warning("Reranking", `Results are not reranked: ${note}`, fix)
}

function checkDatabase(database: Health["checks"]["database"]): Check {
  const { status, description, response_time_ms } = database
  if (status === "healthy")
    return ok("Database", `${description}, answers in ${response_time_ms} ms`)
  const found = `${description} does not respond.`
  return failed("Database", found, "Restart the server. Its log has the details.")
}

function checkDisk(disk: Health["checks"]["disk_space"], home: string): Check {
  const { status, free_gb, free_percent } = disk
  if (free_gb === null) {
    const found = `The free space of ${home} can't be read.`
    return warning("Disk", found, "Check that the home exists.")
  }
  const free = `${free_gb} GB free (${free_percent} %)`
  if (status === "healthy") return ok("Disk", free)
  return warning("Disk", `Only ${free}.`, "Free up space.")
}

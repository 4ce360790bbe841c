import { firstRow } from "../../platform/db/first-row"
import type { Page } from "../../platform/db/page"
import type { RunRow, runs } from "../../platform/db/schema/runs"
import type { DbDeps } from "../../platform/deps"
import { AppError } from "../../platform/errors"
import { type Emit, transact } from "../../platform/events/transact"
import type { AgentSnapshot } from "../../platform/shapes/agent"
import type { RetrievalResult } from "../../platform/shapes/passage"
import type { RunInput, RunStatus } from "../../platform/shapes/run"
import { type GraphDefinition, workOf } from "../../platform/shapes/workflow-node"
import { takeSnapshots } from "../agents/config"
import { documentsOf } from "../agents/folder-sources"
import type { Agent } from "../agents/schema"
import { countDocuments, requireDocuments } from "../documents/service"
import { limitsOf } from "../usage/budget-service"
import type { Call } from "../usage/schema"
import { distinct, listCallsOfRun, passagesByNode, totalsByNode } from "../usage/service"
import { agentIdsOf } from "../workflows/definition"
import type { Workflow } from "../workflows/schema"
import { orAlreadyRunning } from "./control/one-run"
import { withRepository } from "./control/repository"
import { leased } from "./leases/lease-store"
import type { ReadDeps, RunDeps } from "./leases/supervisor"
import * as logs from "./log-store"
import { presentLine, presentRun, presentStep } from "./read/present"
import { startOf } from "./read/ref"
import type { AgentStart, LogLine, Run, StartInput, Step } from "./schema"
import * as stepStore from "./step-store"
import * as store from "./store"

/** Starts a workflow, as `start` does. */
export async function startRun(deps: RunDeps, workflow: Workflow, given: StartInput): Promise<Run> {
  const { id: workflowId, name, graph_definition: definition } = workflow
  return start(deps, { workflowId, name, definition, ...given })
}

/** Starts an agent as `start` does. Throws AlreadyRunningError if it has an unfinished run. */
export async function startAgentRun(
  deps: RunDeps,
  { id: agentId, name, type }: Pick<Agent, "id" | "name" | "type">,
  { timeout, ...given }: AgentStart,
): Promise<Run> {
  const node = { id: type, name, type: "agent" as const, agent: agentId, timeout }
  const definition = { nodes: [{ ...node, dependencies: [] }] }
  const starting = start(deps, { agentId, name, definition, ...given })
  return orAlreadyRunning({ agent_id: agentId }, starting)
}

type NewRun = typeof runs.$inferInsert
type Start = store.RunsOf & StartInput & { name: string; definition: GraphDefinition }

/** Stores a new run and launches it. Throws what `requireAgents` and `readyInput` throw. */
async function start(
  deps: RunDeps,
  { name, definition, input: given, budget_usd: budgetUsd, ...of }: Start,
): Promise<Run> {
  const agents = await requireAgents(deps, definition)
  const input = await readyInput(deps, { definition, agents, input: given })
  const run = { ...of, workflowName: name, definition, agents, input, budgetUsd }
  const row = await transact(deps, (deps, emit) => storeRun(deps, emit, run))
  deps.runs.launch(row)
  return getRun(deps, row.id)
}

/** Stores a new run and emits its start. Launch it after the transaction. */
export async function storeRun(
  { db, runs }: Pick<RunDeps, "db" | "runs">,
  emit: Emit,
  run: Omit<NewRun, "status" | "startedAt">,
): Promise<RunRow> {
  const started = { status: "running", startedAt: new Date(), ...leased(runs.lease) } as const
  const row = await store.insertRun(db, { ...run, ...started })
  startOf(row).forEach(emit)
  return row
}

/** Throws for unknown documents or models, an unusable repository, or nothing to work from. */
export async function readyInput(
  deps: RunDeps,
  { definition, agents, input }: Pick<RunRow, "definition" | "agents" | "input">,
): Promise<RunInput> {
  const sources = Object.values(agents).flatMap(({ context_sources }) => context_sources)
  await requireDocuments(deps, [...sources, ...(input.document_ids ?? [])])
  const models = await Promise.all(
    definition.nodes
      .flatMap((node) => workOf(node) ?? [])
      .map(({ model, agent }) => deps.models.resolve(model ?? input.model ?? agents[agent]?.model)),
  )
  const ready = await withRepository(deps, { definition, agents, models, input })
  if (models.every(({ id }) => id === "offline")) await requireSomeDocument(deps)
  return ready
}

/** Returns snapshots of a definition's agents. Throws AgentNotFoundError, and as `documentsOf`. */
async function requireAgents(
  deps: RunDeps,
  { nodes }: GraphDefinition,
): Promise<Record<string, AgentSnapshot>> {
  const ids = agentIdsOf(nodes)
  const agents = await takeSnapshots(deps, ids)
  const missing = ids.filter((id) => !(id in agents))
  if (missing.length === 0) {
    for (const agent of Object.values(agents)) {
      agent.context_sources = await documentsOf(deps, agent.context_sources)
    }
    return agents
  }
  const details = { agent_ids: missing }
  throw new AppError("AgentNotFoundError", "There is no agent with this id.", details)
}

/** Without a model, documents are all there is to work from. */
async function requireSomeDocument(deps: RunDeps): Promise<void> {
  if ((await countDocuments(deps)).total > 0) return
  const message =
    "There are no documents yet, and without a model there is nothing else to work from."
  const issues = [{ path: "input.document_ids", message }]
  throw new AppError("ValidationError", message, {
    issues,
    help: "Add some on the documents page or with: amelia ingest FILE",
  })
}

export async function getRun(deps: RunDeps, id: string): Promise<Run> {
  const row = await requireRun(deps, id)
  const run = firstRow(await present(deps, [row]))
  return { ...run, rag_context: distinct(Object.values(await passagesByNode(deps, id)).flat()) }
}

/** Lists runs, newest first, without the passages that `getRun` returns. */
export async function listRuns(deps: RunDeps, filter: Page & store.RunFilter): Promise<Run[]> {
  return present(deps, await store.listRuns(deps.db, filter))
}

/** Returns the newest run of each workflow or agent, by its id. */
export async function listNewestRuns(
  deps: ReadDeps,
  of: keyof store.RunsOf,
  ids: string[],
): Promise<Map<string, Run>> {
  const newest = await present(deps, await store.listNewestRuns(deps.db, of, ids))
  return new Map(newest.map((run) => [run.workflow_id ?? run.agent_id ?? "", run]))
}

export async function listSteps(deps: RunDeps, id: string): Promise<Step[]> {
  await requireRun(deps, id)
  return (await stepStore.listSteps(deps.db, [id])).map(presentStep)
}

/** Lists the newest log lines of a run or an agent, oldest first. */
export async function listLog(deps: RunDeps, page: Page & logs.LogFilter): Promise<LogLine[]> {
  return (await logs.listLog(deps.db, page)).map(presentLine).reverse()
}

export async function listCalls(deps: RunDeps, id: string): Promise<Call[]> {
  await requireRun(deps, id)
  return listCallsOfRun(deps, id)
}

/** Returns the passages that each node retrieved, by node id. */
export async function listPassages(
  deps: RunDeps,
  id: string,
): Promise<Record<string, RetrievalResult[]>> {
  await requireRun(deps, id)
  return passagesByNode(deps, id)
}

export async function countRuns({ db }: RunDeps): Promise<Partial<Record<RunStatus, number>>> {
  const counts = await store.countRuns(db)
  return Object.fromEntries(counts.map(({ status, count }) => [status, count]))
}

export async function requireRun({ db }: DbDeps, id: string): Promise<RunRow> {
  const row = await store.findRun(db, id)
  if (!row) throw new AppError("RunNotFoundError", "There is no run with this id.", { id })
  return row
}

async function present(deps: ReadDeps, rows: RunRow[]): Promise<Run[]> {
  const ids = rows.map(({ id }) => id)
  const [steps, totals, { run: budgetUsd }] = await Promise.all([
    stepStore.listSteps(deps.db, ids),
    totalsByNode(deps, ids),
    limitsOf(deps),
  ])
  const stepsOf = Map.groupBy(steps, ({ runId }) => runId)
  return rows.map((row) =>
    presentRun(row, {
      steps: stepsOf.get(row.id) ?? [],
      totals: totals.get(row.id) ?? new Map(),
      progress: deps.runs.progressOf(row.id),
      budgetUsd,
    }),
  )
}

import type { Call } from "../calls/schema"
import { listCallsOfRun, passagesByNode, totalsByNode } from "../calls/service"
import type { Page } from "../db/page"
import type { Deps } from "../deps"
import { countDocuments, requireDocuments } from "../documents/service"
import { AppError } from "../errors"
import { transact } from "../events/transact"
import type { RetrievalResult } from "../search/schema"
import type { Workflow } from "../workflows/schema"
import { presentArtifact, presentRun, presentStep } from "./present"
import type { Artifact, Run, RunInput, RunStatus, Step } from "./schema"
import * as store from "./store"
import type { RunRow } from "./table"

/**
 * Stores a new run and starts it. Documents and models that do not exist are refused before
 * anything is stored, and so is a run with neither documents nor a model.
 */
export async function startRun(deps: Deps, workflow: Workflow, input: RunInput): Promise<Run> {
  await requireDocuments(deps, input.document_ids ?? [])
  const models = await Promise.all(
    workflow.nodes.map(({ model }) => deps.models.resolve(model ?? input.model)),
  )
  if (models.every(({ id }) => id === "offline")) await requireSomeDocument(deps)
  const row = await transact(deps, async ({ db }, emit) => {
    const run = await store.insertRun(db, {
      workflowId: workflow.id,
      workflowName: workflow.name,
      definition: workflow.graph_definition,
      input,
      status: "running",
      owner: deps.runs.owner,
      startedAt: new Date(),
    })
    if (!run) throw new Error("An insert gave no row.")
    const data = { run_id: run.id, workflow_id: workflow.id, workflow_name: workflow.name }
    emit({ type: "workflow.started", data })
    return run
  })
  deps.runs.launch(row)
  return getRun(deps, row.id)
}

/** Without a model there is nothing but documents to work from. */
async function requireSomeDocument(deps: Deps): Promise<void> {
  if ((await countDocuments(deps)).total > 0) return
  const message = "There are no documents yet, and without a model nothing else to work from."
  const issues = [{ path: "input.document_ids", message }]
  throw new AppError("ValidationError", message, { issues, help: "Add documents first." })
}

export async function getRun(deps: Deps, id: string): Promise<Run> {
  const row = await requireRun(deps, id)
  const [run] = await present(deps, [row])
  if (!run) throw new Error("A run that was found has no form.")
  return { ...run, rag_context: distinct(Object.values(await passagesByNode(deps, id)).flat()) }
}

/** Newest first; without the passages, which `getRun` has. */
export async function listRuns(
  deps: Deps,
  filter: Page & { workflowId?: string; status?: RunStatus[] },
): Promise<Run[]> {
  return present(deps, await store.listRuns(deps.db, filter))
}

/** The newest run of each workflow that has one, by the workflow's id. */
export async function listNewestRuns(deps: Deps, workflowIds: string[]): Promise<Map<string, Run>> {
  const newest = await present(deps, await store.listNewestRuns(deps.db, workflowIds))
  return new Map(newest.map((run) => [run.workflow_id, run]))
}

export async function listSteps(deps: Deps, id: string): Promise<Step[]> {
  await requireRun(deps, id)
  return (await store.listSteps(deps.db, [id])).map(presentStep)
}

export async function listArtifacts(deps: Deps, id: string): Promise<Artifact[]> {
  await requireRun(deps, id)
  return (await store.listArtifacts(deps.db, id)).map(presentArtifact)
}

export async function listCalls(deps: Deps, id: string): Promise<Call[]> {
  await requireRun(deps, id)
  return listCallsOfRun(deps, id)
}

/** What each node retrieved, by its id. */
export async function listPassages(
  deps: Deps,
  id: string,
): Promise<Record<string, RetrievalResult[]>> {
  await requireRun(deps, id)
  return passagesByNode(deps, id)
}

export async function countRuns({ db }: Deps): Promise<Partial<Record<RunStatus, number>>> {
  const counts = await store.countRuns(db)
  return Object.fromEntries(counts.map(({ status, count }) => [status, count]))
}

/** Each passage once, in the order of its first use. */
function distinct(passages: RetrievalResult[]): RetrievalResult[] {
  const place = ({ document_id, start, end }: RetrievalResult) => `${document_id} ${start} ${end}`
  return [...new Map(passages.map((passage) => [place(passage), passage])).values()]
}

async function requireRun({ db }: Deps, id: string): Promise<RunRow> {
  const row = await store.findRun(db, id)
  if (!row) throw new AppError("RunNotFoundError", "There is no run with this id.", { id })
  return row
}

async function present(deps: Deps, rows: RunRow[]): Promise<Run[]> {
  const ids = rows.map(({ id }) => id)
  const [steps, totals] = await Promise.all([
    store.listSteps(deps.db, ids),
    totalsByNode(deps, ids),
  ])
  const stepsOf = Map.groupBy(steps, ({ runId }) => runId)
  return rows.map((row) =>
    presentRun(row, {
      steps: stepsOf.get(row.id) ?? [],
      totals: totals.get(row.id) ?? new Map(),
      progress: deps.runs.progressOf(row.id),
    }),
  )
}

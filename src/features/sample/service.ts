import { sampleFile } from "../../embedded"
import { AppError, invalid } from "../../platform/errors"
import { putFiles } from "../documents/put-files"
import type { Document } from "../documents/schema"
import { deleteDocuments, findDocumentIds, listDocuments } from "../documents/service"
import { deleteRun } from "../runs/control/verbs"
import type { RunDeps } from "../runs/leases/supervisor"
import type { Run } from "../runs/schema"
import { listRuns, startRun } from "../runs/service"
import { presets } from "../workflows/presets"
import { findPresetWorkflow, usePreset } from "../workflows/service"
import { type RemovedSample, type Sample, type SampleInput, sampleQuery } from "./schema"

/** The sample project, in the order in which its documents are read. */
export const samplePaths = [
  "specification.md",
  "house-rules.pdf",
  "desk/schema.sql",
  "desk/lending.ts",
]
const nameOf = (path: string) => `toolshed/${path}`
const names = samplePaths.map(nameOf)
/** Marks the sample's documents. One with the same name that lacks it is the user's own. */
const metadata = { sample: "toolshed" }
const LISTED = 200
const [preset] = presets

/**
 * Adds the sample project's documents, and runs the main workflow on them unless it ran already.
 * Throws ValidationError if a document of the user has the name of one of them.
 */
export async function startSample(deps: RunDeps, { again, model }: SampleInput): Promise<Sample> {
  if (!preset) throw new Error("There is no preset.")
  const documents = await addDocuments(deps)
  const workflow = await usePreset(deps, preset)
  const runs = again ? [] : await runsOn(deps, workflow.id, documents)
  const former = runs.find((run) => !isLost(run) && run.input.model === model)
  if (former) return { run: former, documents, is_new: false }
  const document_ids = documents.map(({ id }) => id)
  const run = await startRun(deps, workflow, { input: { query: sampleQuery, document_ids, model } })
  return { run, documents, is_new: true }
}

/** Deletes the sample's documents and the runs on them. Throws if one of the runs is unfinished. */
export async function removeSample(deps: RunDeps): Promise<RemovedSample> {
  const documents = (await namedLikeIt(deps)).filter(isOurs)
  const workflow = preset && (await findPresetWorkflow(deps, preset.name))
  const runs = workflow ? await runsOn(deps, workflow.id, documents) : []
  for (const { id } of runs) await deleteRun(deps, id)
  const ids = documents.map(({ id }) => id)
  await deleteDocuments(deps, ids)
  return { status: "deleted", documents: ids.length, runs: runs.length }
}

async function addDocuments(deps: RunDeps): Promise<Document[]> {
  const files = samplePaths.map(async (path) => {
    return { name: nameOf(path), bytes: await sampleFile(path).bytes(), metadata }
  })
  const other = (await namedLikeIt(deps)).find((document) => !isOurs(document))
  if (other) throw inTheWay(other)
  const puts = await putFiles(deps, await Promise.all(files))
  const ids = puts.map((put) => {
    if ("refused" in put) throw new Error(`A file of the sample was refused: ${put.refused}`)
    return put.document.id
  })
  return await settled(deps, ids)
}

function inTheWay({ id, name }: Document): AppError {
  const sentence = `The sample can't be added: a document named ${name} is in the way. Delete it, then try again.`
  return invalid("sample", sentence, { id, name })
}

/** Waits until the documents can be searched. The PDF is read in the background. */
async function settled(deps: RunDeps, ids: string[]): Promise<Document[]> {
  const types = ["document.indexed", "document.failed", "document.deleted"]
  // Listens before it looks, so that no change is missed.
  const changes = deps.events.subscribe({ types })
  try {
    let documents = await inOrder(deps, ids)
    if (isSettled(documents)) return documents
    for await (const _ of changes) {
      documents = await inOrder(deps, ids)
      if (isSettled(documents)) return documents
    }
  } finally {
    changes.end()
  }
  throw new AppError("ServiceUnavailableError", "The server is shutting down. Try again later.")
}

/** Throws DocumentProcessingError if one can't be read, for example without enough memory. */
function isSettled(documents: Document[]): boolean {
  const failed = documents.find(({ status }) => status === "failed")
  if (!failed) return documents.every(({ status }) => status === "indexed")
  const { id, name, error } = failed
  throw new AppError("DocumentProcessingError", `${name} can't be read: ${error}`, { id, name })
}

async function inOrder(deps: RunDeps, ids: string[]): Promise<Document[]> {
  const found = await listDocuments(deps, { ids, limit: LISTED })
  return ids.flatMap((id) => found.find((document) => document.id === id) ?? [])
}

async function namedLikeIt(deps: RunDeps): Promise<Document[]> {
  const ids = await findDocumentIds(deps, names)
  return inOrder(deps, [...ids.values()])
}

const isOurs = (document: Document) => document.metadata.sample === metadata.sample

/** Returns the runs, newest first, that read some of these documents and no other. */
async function runsOn(deps: RunDeps, workflowId: string, documents: Document[]): Promise<Run[]> {
  const ids = documents.map(({ id }) => id)
  const runs = await listRuns(deps, { limit: LISTED, workflowId })
  return runs.filter(({ input: { query, document_ids = [] } }) => {
    return query === sampleQuery && document_ids.length > 0 && isIn(document_ids, ids)
  })
}

const isIn = (some: string[], all: string[]) => some.every((id) => all.includes(id))

function isLost({ status }: Run): boolean {
  return status === "failed" || status === "cancelled"
}

import type { EngineDeps } from "../../engines/deps"
import type { ResolvedModel } from "../../engines/models/registry"
import { AppError } from "../../platform/errors"
import {
  AGENT,
  type Counterpart,
  findCounterpart,
  listCounterparts,
  namesAgent,
} from "../agents/counterparts"
import type { OpenAiModel } from "./schema"

export const DOCUMENTS = "amelia/documents"

export type ModelDeps = Pick<EngineDeps, "db" | "config" | "models" | "embeddings">

/** Lists what can be asked now: the documents, the agents, the models, and what embeds. */
export async function listModels(deps: ModelDeps): Promise<OpenAiModel[]> {
  const [agents, catalog] = await Promise.all([listCounterparts(deps), deps.models.catalog()])
  const usable = catalog.filter(({ usable }) => usable)
  const embedding = deps.embeddings.serving()?.row.name
  return [
    modelOf(DOCUMENTS),
    ...agents.map(({ key, createdAt }) => modelOf(AGENT + key, "amelia", createdAt)),
    ...usable.map(({ id, provider }) => modelOf(id, provider)),
    ...(embedding ? [modelOf(embedding)] : []),
  ]
}

/** Returns a model of the list. Throws NotFoundError for any other. */
export async function getModel(deps: ModelDeps, id: string): Promise<OpenAiModel> {
  const found = (await listModels(deps)).find((model) => model.id === id)
  if (!found) throw noSuchModel(id)
  return found
}

/** Finds the agent that a model's id names, by its name or its id. Throws NotFoundError. */
export async function findAgent(deps: ModelDeps, id: string): Promise<Counterpart | undefined> {
  if (!namesAgent(id)) return undefined
  const agent = await findCounterpart(deps, id)
  if (!agent) throw noSuchModel(id)
  return agent
}

/** Resolves a model of a provider. Throws NotFoundError for an unknown one. */
export async function resolveModel({ models }: ModelDeps, id: string): Promise<ResolvedModel> {
  try {
    return await models.resolve(id)
  } catch (thrown) {
    const isUnknown = thrown instanceof AppError && thrown.name === "ValidationError"
    throw isUnknown ? noSuchModel(id, thrown.message) : thrown
  }
}

/** Returns the error of an unknown model, with the reason or where the known ones are listed. */
export function noSuchModel(model: string, why = "GET /v1/models lists all."): AppError {
  return new AppError("NotFoundError", `The model "${model}" can't be used. ${why}`, { model })
}

function modelOf(id: string, owned_by = "amelia", at = new Date(0)): OpenAiModel {
  return { id, object: "model", created: Math.floor(at.getTime() / 1000), owned_by }
}

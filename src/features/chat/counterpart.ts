import type { EngineDeps } from "../../engines/deps"
import type { ResolvedModel } from "../../engines/models/registry"
import { AppError, invalid } from "../../platform/errors"
import type { AgentConfig } from "../../platform/shapes/agent"
import type { QuestionScope } from "../../platform/shapes/message"
import { AGENT, findCounterpart, namesAgent } from "../agents/counterparts"
import { isFolderPath } from "../agents/folder-sources"
import type { Turn } from "./generation"

type Deps = Pick<EngineDeps, "db" | "config" | "models">

/** A turn with the model that answers it. An agent has added its instructions and documents. */
export type Answering = { turn: Turn; model: ResolvedModel; agent: string | undefined }

/**
 * Finds who answers a turn. Throws ValidationError for a model that isn't there, and
 * AgentNotFoundError for an agent that was deleted.
 */
export async function whoAnswers(deps: Deps, turn: Turn): Promise<Answering> {
  const { settings, scope, instructions } = turn
  const id = turn.modelId ?? settings.defaultModel
  if (!namesAgent(id)) return { turn, model: await deps.models.resolve(id), agent: undefined }
  const agent = (await findCounterpart(deps, id))?.config
  if (!agent) throw agentGone(id)
  return {
    turn: {
      ...turn,
      instructions: [agent.system_prompt, instructions].filter((it) => it.trim()).join("\n\n"),
      scope: together(scope, scopeOfAgent(agent)),
      mayLook: agent.search_documents,
      temperature: turn.ownTemperature ?? agent.temperature,
      maxTokens: agent.max_tokens,
    },
    model: await deps.models.resolve(agent.model),
    agent: agent.name,
  }
}

/**
 * Returns a session's choice as it is stored: an agent by its id, because that stays if it gets
 * another name. Throws ValidationError for an unknown model or agent.
 */
export async function checkModel(deps: Deps, model: string, field = "model"): Promise<string> {
  if (!namesAgent(model)) {
    await deps.models.resolve(model)
    return model
  }
  const agent = await findCounterpart(deps, model)
  if (!agent) throw invalid(field, `There is no agent "${model.slice(AGENT.length)}".`)
  return AGENT + agent.id
}

/** The documents of an agent; none if it has none of its own. */
export function scopeOfAgent(agent: AgentConfig | undefined): QuestionScope {
  const sources = agent?.context_sources ?? []
  if (sources.length === 0) return {}
  const { folders = [], document_ids = [] } = Object.groupBy(sources, (source) =>
    isFolderPath(source) ? "folders" : "document_ids",
  )
  return { use_rag: true, document_ids, folders }
}

/** An agent reads its own documents whether or not a question asks for documents. */
function together(asked: QuestionScope, own: QuestionScope): QuestionScope {
  if (!own.use_rag) return asked
  const picked = asked.use_rag ? asked : {}
  return {
    ...{ use_rag: true, attached_ids: asked.attached_ids },
    document_ids: [...(own.document_ids ?? []), ...(picked.document_ids ?? [])],
    folders: [...(own.folders ?? []), ...(picked.folders ?? [])],
  }
}

function agentGone(model: string): AppError {
  const sentence = "The agent of this chat was deleted. Choose who answers, and ask again."
  return new AppError("AgentNotFoundError", sentence, { id: model.slice(AGENT.length) })
}

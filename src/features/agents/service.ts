import { z } from "zod"
import { firstRow } from "../../platform/db/first-row"
import type { Page } from "../../platform/db/page"
import type { AgentRow } from "../../platform/db/schema/agents"
import { AppError, invalid, outdated } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import type { Actor } from "../../platform/shapes/actor"
import type { AgentChoices } from "../../platform/shapes/agent"
import { authorize } from "../audit/service"
import { requireDocuments } from "../documents/service"
import { currentSettings } from "../settings/service"
import { configOf } from "./config"
import type { AgentDeps } from "./deps"
import { documentsIn, isFolderPath } from "./folder-sources"
import { present } from "./present"
import type { Agent, AgentChange, AgentInput } from "./schema"
import { sessionFieldNames } from "./session"
import * as store from "./store"

/** Creates an agent. Throws ValidationError if its choices don't fit together: see `checkChoices`. */
export async function createAgent(deps: AgentDeps, input: AgentInput, by: Actor): Promise<Agent> {
  const { name, type, ...choices } = input
  await checkChoices(deps, { type, choices })
  const row = await transact(deps, async (deps) => {
    const row = await store.insertAgent(deps.db, { name, type, choices })
    await authorize(deps, by, {
      action: "create_agent",
      subjectId: row.id,
      details: permissionsOf(input),
    })
    return row
  })
  return present(row, configOf(row, await currentSettings(deps)), undefined)
}

export async function listAgents(deps: AgentDeps, page: Page): Promise<Agent[]> {
  return presentAll(deps, await store.listAgents(deps.db, page))
}

export async function getAgent(deps: AgentDeps, id: string): Promise<Agent> {
  return firstRow(await presentAll(deps, [await requireAgent(deps, id)]))
}

/** Changes an agent. Throws ConcurrentModificationError if `version` is given and outdated. */
export async function changeAgent(
  deps: AgentDeps,
  id: string,
  { version, name, type, ...chosen }: AgentChange,
  by: Actor,
): Promise<Agent> {
  const present = await requireAgent(deps, id)
  const choices = { ...present.choices, ...chosen }
  if (type !== undefined && type !== "claude_code") {
    // Fields that only a claude_code agent has go with the type.
    for (const name of sessionFieldNames) if (!(name in chosen)) delete choices[name]
  }
  const change = { name: name ?? present.name, type: type ?? present.type, choices }
  await checkChoices(deps, change)
  const row = await transact(deps, async (deps) => {
    const details = permissionsOf({ name, type, ...chosen })
    await authorize(deps, by, { action: "change_agent", subjectId: id, details })
    return store.updateAgent(deps.db, id, version ?? present.version, change)
  })
  if (row) return getAgent(deps, id)
  throw outdated("agent", { id, version, current_version: present.version })
}

/** Deletes an agent and its runs. Throws WorkflowStateError if one of them is not finished. */
export async function deleteAgent(deps: AgentDeps, id: string): Promise<void> {
  const { name } = await requireAgent(deps, id)
  await transact(deps, async (deps) => {
    await deps.runHistory.deleteAll(deps, { agentId: id }, name)
    await store.deleteAgent(deps.db, id)
  })
}

export function countAgents({ db }: AgentDeps): Promise<number> {
  return store.countAgents(db)
}

function permissionsOf(given: Partial<AgentInput>): Record<string, unknown> {
  const { name, type, model, permission_mode, allowed_tools } = given
  return { name, type, model, permission_mode, allowed_tools }
}

async function requireAgent({ db }: AgentDeps, id: string): Promise<AgentRow> {
  const row = await store.findAgent(db, id)
  if (!row) throw new AppError("AgentNotFoundError", "There is no agent with this id.", { id })
  return row
}

async function presentAll(deps: AgentDeps, rows: AgentRow[]): Promise<Agent[]> {
  const ids = rows.map(({ id }) => id)
  const newest = await deps.runHistory.newest("agentId", ids)
  const settings = await currentSettings(deps)
  return rows.map((row) => present(row, configOf(row, settings), newest.get(row.id)))
}

/** Checks that the choices fit the type, the model is known and the sources exist. */
async function checkChoices(
  deps: AgentDeps,
  { type, choices }: Pick<AgentRow, "type"> & { choices: AgentChoices },
): Promise<void> {
  if (type === "custom" && !choices.system_prompt) {
    throw invalid(
      "system_prompt",
      "A custom agent needs instructions (system_prompt) that say what it does.",
    )
  }
  if (type !== "claude_code") {
    const given = sessionFieldNames.find((name) => choices[name] !== undefined)
    if (given) throw invalid(given, `Only agents of type claude_code have ${given}.`)
  }
  const model = choices.model ? await deps.models.resolve(choices.model) : undefined
  if (type === "claude_code" && model && model.provider.name !== "claude-code") {
    throw invalid(
      "model",
      `Claude Code can't use the model "${model.id}": choose one of claude-code/….`,
    )
  }
  const sources = choices.context_sources ?? []
  const ids = sources.filter((source) => !isFolderPath(source))
  const wrong = ids.find((id) => !z.uuid().safeParse(id).success)
  if (wrong !== undefined) {
    const sentence = `"${wrong}" is neither a document's id nor a folder's absolute path.`
    throw invalid("context_sources", sentence)
  }
  await requireDocuments(deps, ids)
  for (const path of sources.filter(isFolderPath)) await documentsIn(deps, path)
}

import type { PromptRow } from "../../platform/db/schema/chat"
import type { DbDeps } from "../../platform/deps"
import { AppError, invalid } from "../../platform/errors"
import { type Prompt, type PromptChange, type PromptInput, variablesOf } from "./schema"
import * as store from "./store"

/** Lists prompts by name: all, or those whose name has this text. */
export async function listPrompts(
  { db }: DbDeps,
  part?: string,
  limit?: number,
): Promise<Prompt[]> {
  return (await store.listPrompts(db, part, limit)).map(present)
}

export async function getPrompt({ db }: DbDeps, id: string): Promise<Prompt> {
  return present(await requirePrompt(db, id))
}

/** Throws ValidationError if there is one of that name. */
export async function createPrompt({ db }: DbDeps, input: PromptInput): Promise<Prompt> {
  const row = await store.insertPrompt(db, input)
  if (!row) throw isTaken(input.name)
  return present(row)
}

/** Throws ValidationError if another one has the new name. */
export async function changePrompt(
  { db }: DbDeps,
  id: string,
  change: PromptChange,
): Promise<Prompt> {
  await requirePrompt(db, id)
  const { name } = change
  const same = name === undefined ? undefined : await store.findPrompt(db, { name })
  if (same && same.id !== id) throw isTaken(same.name)
  const row = await store.updatePrompt(db, id, change)
  if (!row) throw notFound(id)
  return present(row)
}

export async function deletePrompt({ db }: DbDeps, id: string): Promise<void> {
  await requirePrompt(db, id)
  await store.deletePrompt(db, id)
}

async function requirePrompt(db: DbDeps["db"], id: string): Promise<PromptRow> {
  const row = await store.findPrompt(db, { id })
  if (!row) throw notFound(id)
  return row
}

function notFound(id: string): AppError {
  return new AppError("NotFoundError", "There is no prompt with this id.", { id })
}

function isTaken(name: string): AppError {
  return invalid("name", `There is a prompt named ${name} already.`)
}

function present({ id, name, body, createdAt, updatedAt }: PromptRow): Prompt {
  return {
    ...{ id, name, body, variables: variablesOf(body) },
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  }
}

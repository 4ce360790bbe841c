import type { EngineDeps } from "../../engines/deps"
import { checkModel } from "./counterpart"
import type { SessionInput } from "./schema"

type Deps = Pick<EngineDeps, "db" | "config" | "models">

/** Returns the input with its models as they are stored. Throws ValidationError for unknown ones. */
export async function checkModels(deps: Deps, input: SessionInput): Promise<SessionInput> {
  const { model, beside_model: beside } = input
  return {
    ...input,
    ...(model && { model: await checkModel(deps, model) }),
    ...(beside && { beside_model: await checkModel(deps, beside, "beside_model") }),
  }
}

export function columnsOf(input: SessionInput) {
  const { system_prompt: systemPrompt, beside_model: besideModel, ...same } = input
  return { ...same, systemPrompt, besideModel }
}

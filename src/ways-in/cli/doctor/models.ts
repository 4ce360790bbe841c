import { type FoundProvider, isReady } from "../../../features/settings/schema"
import type { Client } from "../../client/client"
import { type Check, ok, unused, warning } from "./check"

/** Asks each provider that is set up whether it would answer, and says which model does. */
export async function checkModels(client: Client): Promise<Check[]> {
  const found = await client.findProviders()
  const { id, note, fix } = await client.readDefaultModel()
  const isNeeded = note !== null && id === "offline"
  const model = note === null ? ok("Model", id) : warning("Model", note, fix)
  return [model, ...found.map((provider) => checkProvider(provider, isNeeded))]
}

function checkProvider(provider: FoundProvider, isNeeded: boolean): Check {
  const { name, status, note, fix, answer } = provider
  const title = `Model ${name}`
  if (status === "missing") return unused(title, note, isNeeded ? fix : null)
  if (status === "healthy" && isReady(provider)) return ok(title, answer?.sentence ?? note)
  return warning(title, status === "healthy" ? (answer?.sentence ?? note) : note, fix)
}

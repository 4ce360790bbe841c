import { z } from "zod"
import type { Tool } from "./model"

export function inputSchemaOf({ schema }: Tool) {
  return { ...z.toJSONSchema(schema), type: "object" as const }
}

/** Describes a tool in the form that OpenAI's and Ollama's protocols share. */
export function functionOf(tool: Tool) {
  const { name, description } = tool
  return {
    type: "function" as const,
    function: { name, description, parameters: inputSchemaOf(tool) },
  }
}

/** Parses a call's input for a protocol that wants an object. Empty if it isn't one. */
export function objectIn(input: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(input)
    return typeof value === "object" && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** True if a service says that the model can't call tools. */
export function refusesTools(status: unknown, said: string): boolean {
  return [400, 404, 422].includes(Number(status)) && /support.{0,20}\btools?\b/i.test(said)
}

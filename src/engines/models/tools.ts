import { z } from "zod"
import type { Tool } from "./model"

/** What a tool takes, as JSON Schema. */
export function inputSchemaOf({ schema }: Tool) {
  return { ...z.toJSONSchema(schema), type: "object" as const }
}

/** As the OpenAI and Ollama protocols write a tool. */
export function functionOf(tool: Tool) {
  const { name, description } = tool
  return {
    type: "function" as const,
    function: { name, description, parameters: inputSchemaOf(tool) },
  }
}

/** A call's input for a protocol that wants an object; an empty one for what is none. */
export function objectIn(input: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(input)
    return typeof value === "object" && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** Whether a service says that the model can't call tools. */
export function refusesTools(status: unknown, said: string): boolean {
  return [400, 404, 422].includes(Number(status)) && /support.{0,20}\btools?\b/i.test(said)
}

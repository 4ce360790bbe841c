import { z } from "zod"
import type { ModelRequest } from "./model"

type Output = NonNullable<ModelRequest["output"]>

/** Returns the required shape of an answer as JSON Schema. */
export function schemaOf({ schema }: Output): Record<string, unknown> {
  return z.toJSONSchema(schema)
}

/** Adds the schema to the instructions, for models that can't be held to one. */
export function withSchema(system: string, output: Output | undefined): string {
  if (!output) return system
  const shape = JSON.stringify(schemaOf(output))
  return `${system}\n\nAnswer with one JSON object of this JSON Schema and nothing else:\n${shape}`
}

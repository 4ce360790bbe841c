import { z } from "zod"
import type { ModelRequest } from "./model"

type Output = NonNullable<ModelRequest["output"]>

/** The shape that an answer must have, as JSON Schema. */
export function schemaOf({ schema }: Output): Record<string, unknown> {
  return z.toJSONSchema(schema)
}

/** The instructions with the shape in words, for models that may not be held to it. */
export function withSchema(system: string, output: Output | undefined): string {
  if (!output) return system
  const shape = JSON.stringify(schemaOf(output))
  return `${system}\n\nAnswer with one JSON object of this JSON Schema and nothing else:\n${shape}`
}

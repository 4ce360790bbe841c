export type JsonSchema = {
  type?: string
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  enum?: unknown[]
  anyOf?: JsonSchema[]
  $ref?: string
  $defs?: Record<string, JsonSchema>
}

/** The numbered sources of a prompt, as Amelia writes them: `[1] name › heading`, then a fence. */
export function sourcesIn(prompt: string): { number: number; text: string }[] {
  const shown = prompt.matchAll(/^\[(\d+)\] .*\n(~{5,})\n([\s\S]*?)\n\2$/gm)
  return [...shown].map(([, number, , text = ""]) => ({ number: Number(number), text }))
}

/** A valid answer to a prompt: JSON of the schema, or without one a cited sentence. */
export function sampleFor(prompt: string, schema: JsonSchema | undefined): string {
  const sources = sourcesIn(prompt)
  const [first] = sources
  const quote =
    (first?.text ?? "")
      .split("\n")
      .findLast((line) => line.trim())
      ?.trim() ?? ""
  if (!schema)
    return first ? `The sources say: ${quote} [${first.number}]` : "There are no sources."
  return JSON.stringify(sample(schema, schema.$defs ?? {}, { sources: sources.length, quote }, ""))
}

type Given = { sources: number; quote: string }

function sample(
  schema: JsonSchema,
  definitions: Record<string, JsonSchema>,
  given: Given,
  key: string,
): unknown {
  const reference = schema.$ref && definitions[schema.$ref.replace("#/$defs/", "")]
  const { properties = {}, items, enum: values, anyOf, type } = reference || schema
  // The findings of a sample are blockers, which no verdict may approve.
  if (values) return key === "verdict" ? values.at(-1) : values[0]
  if (anyOf?.[0]) return sample(anyOf[0], definitions, given, key)
  if (type === "object") {
    const entries = Object.entries(properties)
    return Object.fromEntries(
      entries.map(([name, inner]) => [name, sample(inner, definitions, given, name)]),
    )
  }
  if (type === "array") {
    // A first task depends on nothing, a new file has no edits, and without sources nothing can be
    // cited.
    const empty = /^(depends_on|edits)$/.test(key) || (key === "citations" && !given.sources)
    return items && !empty ? [sample(items, definitions, given, key)] : []
  }
  if (type === "string") {
    const fitting: Record<string, string> = { id: "T1", argv: "true", quote: given.quote }
    return fitting[key] ?? `A ${key} from the model`
  }
  return type === "boolean" ? false : 1
}

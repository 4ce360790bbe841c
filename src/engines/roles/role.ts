import type { z } from "zod"
import type { AgentType } from "../../platform/shapes/agent-type"
import type { Citation } from "../../platform/shapes/citation"
import type { Source } from "./sources"

/** The outputs of earlier nodes, by node id: Markdown for the prompt, data for the rules. */
export type Upstream = Readonly<Record<string, { content: string; data: unknown }>>

export type Material = {
  query: string
  sources: readonly Source[]
  upstream: Upstream
  /** Extra instructions from the user or the workflow; may be empty. */
  instructions: string
}

/** One kind of work: its prompts, the schema of its output, and how the output is rendered. */
export type Role<Output> = {
  type: AgentType
  title: string
  schema: z.ZodType<Output>
  /** Set if the answer is Markdown, which the schema validates as text. Otherwise it is JSON. */
  free?: true
  /** The same for every call, so providers can cache it. */
  system: string
  prompt(material: Material): string
  /** The same work by rules, without a model. Deterministic; invents nothing. */
  extract(material: Material): Output
  /** Renders Markdown for people. The citation numbers in `output` are those of `citations`. */
  render(output: Output, citations: readonly Citation[]): string
}

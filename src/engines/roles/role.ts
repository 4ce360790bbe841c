import type { z } from "zod"
import type { AgentType } from "../../platform/shapes/agent-type"
import type { Citation } from "../../platform/shapes/citation"
import type { Source } from "./sources"

/** What an earlier node made, by its node id: Markdown for the prompt, data for the rules. */
export type Upstream = Readonly<Record<string, { content: string; data: unknown }>>

/** All that a role works from. */
export type Material = {
  query: string
  sources: readonly Source[]
  upstream: Upstream
  /** What the user or the workflow adds to the task; empty if nothing. */
  instructions: string
}

/** One kind of work: what it is told, what it must give, and how that reads. */
export type Role<Output> = {
  type: AgentType
  title: string
  schema: z.ZodType<Output>
  /** The answer is Markdown, which the schema takes as text; else JSON. */
  free?: true
  /** The same for every call, so that providers can cache it. */
  system: string
  prompt(material: Material): string
  /** The same work by rules, without a model. Deterministic; invents nothing. */
  extract(material: Material): Output
  /** Markdown for people. `output` has its citations bound: their numbers are those of `citations`. */
  render(output: Output, citations: readonly Citation[]): string
}

import type { Message, ModelAnswer, ModelRequest } from "../../engines/models/model"
import { bindCitations } from "../../engines/roles/citations"
import type { Role, Upstream } from "../../engines/roles/role"
import { numberSources } from "../../engines/roles/sources"
import { AppError } from "../../platform/errors"
import type { Citation } from "../../platform/shapes/citation"
import type { Issue } from "../../platform/shapes/issue"
import type { RetrievalResult } from "../../platform/shapes/passage"
import { createConversation, type Search } from "./search-tool"

/** A role's request. The caller adds the model, `max_tokens` and the temperature. */
export type Question = Omit<ModelRequest, "model" | "max_tokens" | "temperature">

type RoleInput = {
  query: string
  /** Most relevant first; the first becomes source [1]. */
  passages: readonly RetrievalResult[]
  upstream?: Upstream
  instructions?: string
  /** Lets the model search by itself. Undefined if it can't call tools. */
  search?: Search | undefined
  /** Asks the model and records the call. Must pass the streamed text to `onDelta`. */
  ask: (question: Question, onDelta: (text: string) => void) => Promise<ModelAnswer>
  /** `fraction` is 0..1, never decreases, and is an estimate until the end. */
  onProgress?: (fraction: number, message: string) => void
  /** Awaited with the problem before the model is asked to repair its answer. */
  onRepair?: (why: string) => Promise<void>
}

type RoleResult<Output> = {
  /** The output. Each `source` in it is a number in `citations`. */
  data: Output
  content: string
  citations: Citation[]
  model: string
  /** The model's answer before parsing. */
  raw: string
}

/**
 * Has a model do a role's work, with one repair of an answer that doesn't fit the role's schema.
 * Then throws AgentExecutionError with `details.raw_output` and `details.issues`.
 */
export async function runRole<Output>(
  role: Role<Output>,
  {
    query,
    passages,
    upstream = {},
    instructions = "",
    search,
    ask,
    onProgress,
    onRepair,
  }: RoleInput,
): Promise<RoleResult<Output>> {
  const sources = numberSources(passages)
  const material = { query, sources, upstream, instructions }
  const output = role.free ? undefined : { name: role.type, schema: role.schema }
  const extract = () => role.extract(material)
  const progress = reporter(role.title, onProgress)

  progress.waiting()
  const converse = createConversation(sources, search, (messages, offer) =>
    ask({ system: role.system, messages, output, extract, ...offer }, progress.received),
  )
  const prompt = { role: "user" as const, content: role.prompt(material) }
  let { answer, messages } = await converse([prompt])
  let read = readOutput(role, answer.text)
  if (!read.valid) {
    await onRepair?.(read.issues[0]?.message ?? "it is not valid")
    progress.repairing()
    const repair = repairOf(role, answer.text, read.issues)
    answer = (await converse([...messages, ...repair])).answer
    read = readOutput(role, answer.text)
  }
  if (!read.valid) {
    const sentence = `The model's answer is not a valid ${role.type} result, even after a repair.`
    const details = {
      agent: role.type,
      model: answer.model,
      raw_output: answer.text,
      issues: read.issues,
    }
    throw new AppError("AgentExecutionError", sentence, details)
  }
  const { data, citations } = bindCitations(read.output, sources)
  const content = role.render(data, citations)
  progress.done()
  return { data, content, citations, model: answer.model, raw: answer.text }
}

type Reading<Output> = { valid: true; output: Output } | { valid: false; issues: Issue[] }

function readOutput<Output>({ schema, free }: Role<Output>, text: string): Reading<Output> {
  let json: unknown
  try {
    const storing = (_key: string, value: unknown) => storable(value)
    json = free ? storable(text) : JSON.parse(withoutFence(text), storing)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { valid: false, issues: [{ path: "", message: `This is not JSON: ${why}` }] }
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return { valid: true, output: parsed.data }
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }))
  return { valid: false, issues }
}

/** Removes what PostgreSQL can't store: NUL and lone surrogates. */
function storable(value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll("\0", "").toWellFormed() : value
}

/** Removes the Markdown code block that models without structured output often add. */
function withoutFence(text: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n```\s*$/.exec(text)?.[1] ?? text
}

function repairOf<T>({ free }: Role<T>, text: string, issues: readonly Issue[]): Message[] {
  const what = free ? "answer" : "JSON object"
  const listed = issues.slice(0, 20).map(({ path, message }) => `- ${path || "(all)"}: ${message}`)
  const request = `Your answer can't be used:\n${listed.join("\n")}\n\nGive the whole ${what} again with these points fixed and nothing else changed.`
  // The API rejects an empty message.
  const shown = text.trim() || "(an empty answer)"
  return [
    { role: "assistant", content: shown },
    { role: "user", content: request },
  ]
}

/** Characters of a typical answer, for the progress estimate. */
const TYPICAL_LENGTH = 6000

function reporter(title: string, onProgress: RoleInput["onProgress"]) {
  let length = 0
  let shown = 0
  const report = (fraction: number, message: string) => {
    // Every report is an event, and a bar can't show less than a hundredth.
    if (fraction < 1 && fraction - shown < 0.01) return
    shown = fraction
    onProgress?.(fraction, message)
  }
  return {
    waiting: () => report(0.02, `${title}: waiting for the model`),
    received(text: string) {
      length += text.length
      report(0.1 + 0.8 * (1 - Math.exp(-length / TYPICAL_LENGTH)), `${title}: writing`)
    },
    repairing: () => report(Math.min(0.95, shown + 0.01), `${title}: repairing the answer`),
    done: () => report(1, `${title}: done`),
  }
}

import type { Message, ModelAnswer, ModelRequest } from "../../engines/models/model"
import { bindCitations } from "../../engines/roles/citations"
import type { Role, Upstream } from "../../engines/roles/role"
import { numberSources } from "../../engines/roles/sources"
import { AppError } from "../../platform/errors"
import type { Citation } from "../../platform/shapes/citation"
import type { RetrievalResult } from "../../platform/shapes/passage"
import { createConversation, type Search } from "./search-tool"

/** A request as a role makes it; which model, how long and how warm is the caller's to say. */
export type Question = Omit<ModelRequest, "model" | "max_tokens" | "temperature">

export type RoleInput = {
  query: string
  /** In the order of relevance; the first is source [1]. */
  passages: readonly RetrievalResult[]
  upstream?: Upstream
  instructions?: string
  /** How the model may look further by itself; left out for one that can't call tools. */
  search?: Search | undefined
  /** Asks the model and records the call; `onDelta` must get the text as it streams. */
  ask: (question: Question, onDelta: (text: string) => void) => Promise<ModelAnswer>
  /** `fraction` is 0..1 and never falls; it is an estimate until the end. */
  onProgress?: (fraction: number, message: string) => void
  /** Awaited before the model is asked for the repair of an answer, with what was wrong. */
  onRepair?: (why: string) => Promise<void>
}

export type RoleResult<Output> = {
  /** The output, in which each citation's `source` is a number of `citations`. */
  data: Output
  content: string
  citations: Citation[]
  /** The model that answered. */
  model: string
  /** The text that it answered, before it was read. */
  raw: string
}

/**
 * Has a model do a role's work. An answer that does not have the role's shape is shown to the
 * model once with what is wrong; a second one throws AgentExecutionError with
 * `details.raw_output` and `details.issues`. Errors of `ask` pass through.
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
    const sentence = `The model's answer does not have the shape of a ${role.type} result, also after a repair.`
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

type Issue = { path: string; message: string }
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

/** Without what PostgreSQL can't store: NUL and halves of surrogate pairs. */
function storable(value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll("\0", "").toWellFormed() : value
}

/** Models without structured output like to wrap their JSON in a Markdown code block. */
function withoutFence(text: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n```\s*$/.exec(text)?.[1] ?? text
}

function repairOf<T>({ free }: Role<T>, text: string, issues: readonly Issue[]): Message[] {
  const what = free ? "answer" : "JSON object"
  const listed = issues.slice(0, 20).map(({ path, message }) => `- ${path || "(all)"}: ${message}`)
  const request = `Your answer can't be used:\n${listed.join("\n")}\n\nGive the whole ${what} again with these points mended and nothing else changed.`
  // The API refuses an empty message; an empty answer is said to be one.
  const shown = text.trim() || "(an empty answer)"
  return [
    { role: "assistant", content: shown },
    { role: "user", content: request },
  ]
}

/** Characters of a usual answer: what the growing fraction is measured against. */
const TYPICAL_LENGTH = 6000

function reporter(title: string, onProgress: RoleInput["onProgress"]) {
  let length = 0
  let shown = 0
  const report = (fraction: number, message: string) => {
    // A hundredth is what a bar can show; each delta would be an event.
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

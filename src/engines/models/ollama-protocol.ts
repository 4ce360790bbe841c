import type { AppError } from "../../platform/errors"
import { isTransient, llmError, retryAfter } from "./failure"
import type { TokenUsage } from "./model"
import type { Fetch } from "./resilience/connection"
import { refusalSentence, unfinished } from "./sentences"

/** Makes `fetch` throw on errors and bad lines. Ollama's client would print them and go on. */
export function readable(line: Fetch, model: string): typeof fetch {
  const checked: Fetch = async (input, init) => {
    const response = await line(input, init)
    if (!response.ok) throw await refusal(response, model)
    if (!response.headers.get("content-type")?.includes("ndjson")) return response
    const lines = response.body?.pipeThrough(new TransformStream(wholeLines(model)))
    return new Response(lines, { headers: response.headers })
  }
  return Object.assign(checked, { preconnect: fetch.preconnect })
}

function wholeLines(model: string): Transformer<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  let rest = ""
  function pass(lines: string[], stream: TransformStreamDefaultController<Uint8Array>) {
    const good: string[] = []
    try {
      for (const line of lines) {
        if (!line.trim()) continue
        const { error } = Object(JSON.parse(line))
        if (error !== undefined) throw refused(null, String(error), model)
        good.push(`${line}\n`)
      }
    } finally {
      // The caller must get the text before a bad line.
      if (good.length > 0) stream.enqueue(encoder.encode(good.join("")))
    }
  }
  return {
    transform(bytes, stream) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n")
      rest = lines.pop() ?? ""
      pass(lines, stream)
    },
    flush: (stream) => pass([rest], stream),
  }
}

async function refusal(response: Response, model: string): Promise<AppError> {
  const text = await response.text()
  return refused(response.status, errorIn(text), model, retryAfter(response.headers))
}

function errorIn(text: string): string | null {
  try {
    const { error } = Object(JSON.parse(text))
    return typeof error === "string" ? error : null
  } catch {
    return null
  }
}

function refused(
  status: number | null,
  said: string | null,
  model: string,
  wait: { retry_after_s?: number } = {},
): AppError {
  const overflow = status === 400 && /context (length|window)|num_ctx/i.test(said ?? "")
  const sentence =
    status === 404
      ? `Ollama has no model "${model}": fetch it with ollama pull ${model}.`
      : overflow
        ? `${longerThan(model)} It says: ${said}`
        : refusalSentence({ title: "Ollama" }, { status, said, ...wait })
  const retryable = status === null || isTransient(status)
  return llmError(sentence, { provider: "ollama", model, status, retryable, ...wait })
}

function longerThan(model: string): string {
  return `The request exceeds the context window of ${model}: use fewer or shorter documents.`
}

export function tooLong(model: string, window: number): AppError {
  const details = { provider: "ollama", model, status: null, retryable: false } as const
  return llmError(longerThan(model), { ...details, context_length: window })
}

/** Returns the error for a silently truncated prompt, which makes the answer worthless. */
export function cutError(model: string, usage: TokenUsage, num_ctx: number): AppError {
  const sentence = `Ollama read only ${usage.input} tokens of the request and dropped the rest: use fewer or shorter documents.`
  const details = { provider: "ollama", model, status: null, retryable: false } as const
  return llmError(sentence, { ...details, usage, num_ctx })
}

export function stopError(
  reason: string | undefined,
  model: string,
  usage: TokenUsage,
  max_tokens: number,
): AppError | undefined {
  if (reason === "stop" || !reason) return undefined
  const cut = usage.output >= max_tokens ? unfinished.tokens : unfinished.context
  const sentence = reason === "length" ? cut : unfinished.other(reason)
  const details = { provider: "ollama", model, status: null, retryable: false } as const
  return llmError(sentence, { ...details, stop_reason: reason, usage })
}

import type { Context } from "hono"
import { type SSEStreamingApi, streamSSE } from "hono/streaming"
import { AnswerEnd, Doing } from "../../../views/chat/answer-end"
import { AnswerTexts, GrowingText } from "../../../views/chat/answer-text"
import { AnswerText, Block, blockId } from "../../../views/chat/message"
import { Searches } from "../../../views/chat/searches"
import { AppError } from "../../platform/errors"
import type { ChatDeps } from "./deps"
import { type Generation, metadataOf } from "./generation"
import type { Version } from "./schema"
import { getMessage, listShown } from "./service"

/** The pause between two updates of a growing answer. */
const SHOWN_MS = 80
/** Rendering takes at most one part of this many of the time. */
const RENDERING_SHARE = 10

/**
 * Streams HTML that htmx swaps by id: each answer as far as it is, then each block that is new or
 * has changed, and at last what is below it. An answer ends soon after its last reader has left.
 */
export function streamAnswerParts(
  c: Context,
  deps: ChatDeps,
  sessionId: string,
  answerIds: string[],
): Response {
  const active = deps.generations
    .list(sessionId)
    .filter(({ turn }) => answerIds.includes(turn.answerId))
  const leaving = active.map(({ readers }) => readers.join())
  const leave = () => {
    for (const each of leaving) each()
  }
  const own = new Set(active.map(({ turn }) => turn.answerId))
  const others = answerIds.filter((id) => !own.has(id))
  return streamSSE(c, async (stream) => {
    stream.onAbort(leave)
    try {
      const growing = active.map((generation) => streamGrowing(deps, generation, stream))
      const ended = await Promise.all([
        ...growing,
        ...others.map((id) => showStored(deps, sessionId, id, stream)),
      ])
      // Otherwise the page asks again.
      if (ended.every(Boolean)) {
        await stream.writeSSE({ data: partial("[data-stream]", "delete", "") })
      }
    } catch (err) {
      // The answer is stored. A reload of the page shows it.
      deps.log.error({ module: "chat", event: "page.not_streamed", err })
    } finally {
      leave()
    }
  })
}

/** Returns whether the page has been shown the whole answer. */
async function streamGrowing(
  deps: ChatDeps,
  generation: Generation,
  stream: SSEStreamingApi,
): Promise<boolean> {
  const { answerId, sessionId, scope } = generation.turn
  const begun = { ...(await getMessage(deps, answerId)), siblings: [answerId] }
  const page = new AnswerOnPage(answerId, stream)
  const text = new GrowingText()
  for await (const _ of generation.read()) {
    if (stream.aborted) return false
    const started = performance.now()
    const metadata = { ...metadataOf(generation), ...scope, generating: true as const }
    const message = { ...begun, content: generation.text, metadata }
    await page.update(message, text.render(message))
    const pause = Math.max(SHOWN_MS, (performance.now() - started) * RENDERING_SHARE)
    await Promise.race([generation.done, Bun.sleep(pause)])
  }
  await generation.done
  const ended = await findAnswer(deps, sessionId, answerId)
  if (ended) await page.end(ended, new AnswerTexts().render(ended))
  return true
}

/** Another process writes the answer, or it has just ended. Returns whether it has. */
async function showStored(
  deps: ChatDeps,
  sessionId: string,
  answerId: string,
  stream: SSEStreamingApi,
): Promise<boolean> {
  const message = await findAnswer(deps, sessionId, answerId)
  if (!message) return true
  const page = new AnswerOnPage(message.id, stream)
  const blocks = new AnswerTexts().render(message)
  if (message.metadata.generating) await page.update(message, blocks)
  else await page.end(message, blocks)
  return !message.metadata.generating
}

/** Returns undefined if the answer was deleted meanwhile. */
async function findAnswer(
  deps: ChatDeps,
  sessionId: string,
  id: string,
): Promise<Version | undefined> {
  const [last] = await listShown(deps, sessionId, 1)
  const shown = [last, last?.other_answer].find((answer) => answer?.id === id)
  if (shown) return shown
  try {
    return { ...(await getMessage(deps, id)), siblings: [id] }
  } catch (error) {
    if (error instanceof AppError && error.name === "SessionNotFoundError") return undefined
    throw error
  }
}

/** What a page shows of an answer. Sends only what differs from that. */
class AnswerOnPage {
  #blocks: string[] | undefined
  #searches = 0
  #doing = ""

  constructor(
    private readonly id: string,
    private readonly stream: SSEStreamingApi,
  ) {}

  async update(message: Version, blocks: string[]): Promise<void> {
    const { id } = this
    const { searches = [] } = message.metadata
    const parts: string[] = []
    if (searches.length > this.#searches) {
      parts.push(partial(`#searches-${id}`, "outerMorph", await Searches({ id, searches })))
      this.#searches = searches.length
    }
    parts.push(...(await this.#changes(blocks)))
    const doing = await Doing({ message })
    if (doing !== this.#doing) parts.push(partial(`#doing-${id}`, "outerMorph", doing))
    this.#doing = doing
    await this.#send(parts)
  }

  /** Replaces what is below the answer. */
  async end(message: Version, blocks: string[]): Promise<void> {
    await this.update(message, blocks)
    const end = await AnswerEnd({ message })
    await this.#send([partial(`#end-${this.id}`, "outerHTML", end)])
  }

  async #changes(blocks: string[]): Promise<string[]> {
    const { id } = this
    const before = this.#blocks
    this.#blocks = blocks
    if (!before?.length) {
      return [partial(`#text-${id}`, "outerMorph", await AnswerText({ id, blocks }))]
    }
    const parts: string[] = []
    const last = Math.min(before.length, blocks.length) - 1
    for (const [nth, html] of blocks.entries()) {
      if (nth > last) break
      // New blocks come with the last one that the page has.
      const own = nth === last ? blocks.slice(nth) : [html]
      if (own.length === 1 && html === before[nth]) continue
      const shown = own.map((html, more) => Block({ id, nth: nth + more, html }))
      parts.push(partial(`#${blockId(id, nth)}`, "outerMorph", (await Promise.all(shown)).join("")))
    }
    for (let nth = blocks.length; nth < before.length; nth++) {
      parts.push(partial(`#${blockId(id, nth)}`, "delete", ""))
    }
    return parts
  }

  async #send(parts: string[]): Promise<void> {
    if (parts.length > 0) await this.stream.writeSSE({ data: parts.join("") })
  }
}

function partial(target: string, swap: string, html: string): string {
  return `<hx-partial hx-target='${target}' hx-swap="${swap}">${html}</hx-partial>`
}

import type { Context } from "hono"
import { streamSSE } from "hono/streaming"
import { Said } from "../../../views/chat/message"
import type { ChatDeps } from "./deps"
import { type Generation, metadataOf } from "./generation"
import { getMessage } from "./service"

/** The pause between two updates of a growing answer. */
const SHOWN_MS = 80

/** Streams HTML that htmx swaps by id: the conversation, then the answer each time it grows. */
export function streamAnswerParts(
  c: Context,
  deps: ChatDeps,
  generation: Generation,
  conversation: () => Promise<JSX.Element>,
): Response {
  const { answerId } = generation.turn
  return streamSSE(c, async (stream) => {
    const show = async (id: string, part: JSX.Element) => {
      const data = `<hx-partial hx-target="#${id}" hx-swap="outerMorph">${await part}</hx-partial>`
      await stream.writeSSE({ data })
    }
    const showAnswer = (message: Parameters<typeof Said>[0]["message"]) =>
      show(`message-${answerId}`, Said({ message }))
    try {
      await show("conversation", await conversation())
      const begun = await getMessage(deps, answerId)
      for await (const _ of generation.read()) {
        const metadata = { ...metadataOf(generation), generating: true as const }
        await showAnswer({ ...begun, content: generation.text, metadata })
        await Promise.race([generation.done, Bun.sleep(SHOWN_MS)])
      }
      await generation.done
      await showAnswer(await getMessage(deps, answerId))
    } catch (err) {
      // The answer is stored. A reload of the page shows it.
      deps.log.error({ module: "chat", event: "page.not_streamed", err })
    }
  })
}

import { setTimeout as delay } from "node:timers/promises"
import { newRenderWorker } from "../../embedded"
import { connect } from "../../platform/async/rpc"
import type { RenderCalls, Rendering } from "./render-worker"

/** A text may be made to take for ever; one that is not takes some 100 ms. */
const DEADLINE_MS = 2000

/**
 * Renders in a worker, that no text holds up the event loop, however it was made. Undefined if it
 * fails or takes too long: then show the source as it is.
 */
export async function render(rendering: Rendering): Promise<string | undefined> {
  using worker = connect<RenderCalls>(newRenderWorker(), "renders documents")
  const rendered = worker.call("render", rendering).catch(() => undefined)
  return await Promise.race([rendered, delay(DEADLINE_MS, undefined, { ref: false })])
}

import { setTimeout as delay } from "node:timers/promises"
import { newRenderWorker } from "../../embedded"
import { connect } from "../../platform/async/rpc"
import type { RenderCalls, Rendering } from "./render-worker"

/** Rendering takes some 100 ms, but a hostile text could take forever. */
const DEADLINE_MS = 2000

/** Renders in a worker, which can't block us. Returns undefined if it fails or takes too long. */
export async function render(rendering: Rendering): Promise<string | undefined> {
  using worker = connect<RenderCalls>(newRenderWorker(), "renders documents")
  const rendered = worker.call("render", rendering).catch(() => undefined)
  return await Promise.race([rendered, delay(DEADLINE_MS, undefined, { ref: false })])
}

import { setTimeout as delay } from "node:timers/promises"
import { newRenderWorker } from "../../embedded"
import { connect } from "../../platform/async/rpc"
import type { RenderCalls, Rendering } from "./render-worker"
import type { Plain } from "./schema"

export type Rendered = { html: string } | { plain: Plain }

/** Renders in a worker, which can't block us. Gives up after `seconds`. */
export async function render(rendering: Rendering, seconds: number): Promise<Rendered> {
  using worker = connect<RenderCalls>(newRenderWorker(), "renders documents")
  const rendered = worker.call("render", rendering).then(
    (html) => ({ html }),
    () => ({ plain: { reason: "failed", seconds } as const }),
  )
  const late = { plain: { reason: "late", seconds } as const }
  return await Promise.race([rendered, delay(seconds * 1000, late, { ref: false })])
}

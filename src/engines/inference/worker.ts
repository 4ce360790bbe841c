import { moved, serve } from "../../platform/async/rpc"
import type { Load, Work } from "./protocol"
import type { Extract } from "./transformers"

declare const self: Worker

/** Read by onnxruntime in the binary, whose own path leads nowhere there; see build/onnxruntime.ts. */
declare global {
  var ORT_PATH: string | undefined
}

export type EmbedderCalls = ReturnType<typeof embedderCalls>

serve(self, embedderCalls())

function embedderCalls() {
  let extract: Extract | undefined
  return {
    async load(load: Load): Promise<void> {
      globalThis.ORT_PATH = load.runtime
      // Not before the path is known: the library is loaded with the module.
      const { loadModel } = await import("./transformers")
      extract = await loadModel(load)
    },
    /** The vectors stand one after the other. */
    async embed(work: Work) {
      if (!extract) throw new Error("The model was asked before it was loaded.")
      const answer = await extract(work)
      return moved(answer, [answer.vectors.buffer])
    },
  }
}

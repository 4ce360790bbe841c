import { moved, serve } from "../../platform/async/rpc"
import type { Extract, Load, Work } from "./transformers"

declare const self: Worker

/** onnxruntime reads this in the binary, where its own path is wrong: see build/onnxruntime.ts. */
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
      // Imported only now, since the module loads the library at that path.
      const { loadModel } = await import("./transformers")
      extract = await loadModel(load)
    },
    async embed(work: Work) {
      if (!extract) throw new Error("`embed` was called before `load`.")
      const answer = await extract(work)
      return moved(answer, [answer.vectors.buffer])
    },
  }
}

import { messageOf } from "../../platform/errors"
import type { FromEmbedder, ToEmbedder } from "./protocol"
import type { Extract } from "./transformers"

declare const self: Worker

/** Read by onnxruntime in the binary, whose own path leads nowhere there; see build/onnxruntime.ts. */
declare global {
  var ORT_PATH: string | undefined
}

serve(self)

/** One message after another, in the order of their arrival. */
function serve(port: Worker): void {
  let last: Promise<void> = Promise.resolve()
  let extract: Extract | undefined

  const answer = async (message: ToEmbedder): Promise<FromEmbedder> => {
    if (message.type === "load") {
      globalThis.ORT_PATH = message.runtime
      // Not before the path is known: the library is loaded with the module.
      const { loadModel } = await import("./transformers")
      extract = await loadModel(message)
      return { type: "loaded" }
    }
    if (!extract) throw new Error("The model was asked before it was loaded.")
    return { type: "vectors", ...(await extract(message)) }
  }
  port.onmessage = ({ data }: MessageEvent<ToEmbedder>) => {
    last = last.then(async () => {
      const result = await answer(data).catch(
        (thrown: unknown): FromEmbedder => ({ type: "failed", reason: messageOf(thrown) }),
      )
      port.postMessage(result, result.type === "vectors" ? [result.vectors.buffer] : [])
    })
  }
}

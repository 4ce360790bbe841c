import { newRenderWorker } from "../../embedded"
import type { Rendering } from "./render-worker"

/** A text may be made to take for ever; one that is not takes some 100 ms. */
const DEADLINE_MS = 2000

/**
 * Renders in a worker, that no text holds up the event loop, however it was made. Undefined if it
 * fails or takes too long: then show the source as it is.
 */
export async function render(rendering: Rendering): Promise<string | undefined> {
  const worker = newRenderWorker()
  try {
    return await new Promise<string | undefined>((resolve) => {
      const deadline = setTimeout(resolve, DEADLINE_MS)
      const end = (html?: string) => {
        clearTimeout(deadline)
        resolve(html)
      }
      worker.onmessage = ({ data }: MessageEvent<string>) => end(data)
      worker.addEventListener("error", (event) => {
        event.preventDefault()
        end()
      })
      worker.postMessage(rendering)
    })
  } finally {
    worker.terminate()
  }
}

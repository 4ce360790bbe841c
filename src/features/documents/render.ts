import { newRenderWorker } from "../../embedded"
import type { Rendering } from "./render-worker"

/** Rendering takes some 100 ms, but a hostile text could take forever. */
const DEADLINE_MS = 2000

/**
 * Renders in a worker, so that no text can block the event loop. Returns undefined if it fails or
 * takes too long; then show the plain source.
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

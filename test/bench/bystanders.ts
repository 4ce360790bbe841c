import { type Figure, quantile } from "./figures"

/** What others ask for while a server is busy, and how long each answer took in milliseconds. */
export type Waits = Record<string, number[]>

/**
 * Asks `url` all the time for what people and monitors ask for, in a worker, so that what the
 * benchmark itself does is not taken for the server's. `end` gives how long the answers took.
 */
export async function startBystanders(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ end(): Promise<Waits> }> {
  const worker = new Worker(new URL("./bystanders-worker.ts", import.meta.url).href)
  const next = () => {
    const { promise, resolve, reject } = Promise.withResolvers<Waits>()
    worker.onmessage = ({ data }: MessageEvent<Waits>) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
    return promise
  }
  const started = next()
  worker.postMessage({ url, headers })
  await started
  return {
    async end() {
      const ended = next()
      worker.postMessage("end")
      return await ended.finally(() => worker.terminate())
    },
  }
}

export function waitFigures(waits: Waits, aim?: string): Figure[] {
  return Object.entries(waits).flatMap(([what, values]) => [
    { what: `  ${what}, median of ${values.length}`, value: quantile(values, 0.5), unit: "ms" },
    { what: `  ${what}, p95`, value: quantile(values, 0.95), unit: "ms" },
    { what: `  ${what}, p99`, value: quantile(values, 0.99), unit: "ms", ...(aim ? { aim } : {}) },
    { what: `  ${what}, longest`, value: Math.max(...values), unit: "ms" },
  ])
}

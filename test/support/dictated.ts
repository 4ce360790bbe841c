/** A model that writes what the test hands it, until that says it is the end. */
export function dictated() {
  const words = new TransformStream<string, string>(undefined, { highWaterMark: 100 })
  const writer = words.writable.getWriter()
  const asked = Promise.withResolvers<AbortSignal>()
  return {
    asked: asked.promise,
    say: (text: string) => void writer.write(text),
    end: () => void writer.close(),
    answer({ disconnected }: { disconnected: AbortSignal }) {
      asked.resolve(disconnected)
      return { text: "", live: () => words.readable }
    },
  }
}

export const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener("abort", () => resolve())
  })

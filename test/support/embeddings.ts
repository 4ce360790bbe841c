import type { EmbeddingState } from "../../src/engines/inference/schema"
import type { Client } from "../../src/ways-in/client/client"

/**
 * Asks until embeddings are in this state. `ready` counts only for all passages that there are: it
 * may have been said a moment before the last ones came.
 */
export async function embeddingsAre(
  client: Client,
  wanted: EmbeddingState["status"],
): Promise<string> {
  for (;;) {
    const { chunks } = (await client.metrics()).documents
    const { state, note } = (await client.health()).checks.embeddings
    const isStale = state === "ready" && Number.parseInt(note, 10) < chunks
    if (state === wanted && !isStale) return note
    await Bun.sleep(20)
  }
}

const words = ["harbour", "lantern", "keeper", "storm", "bread", "oven", "garden", "bee", "engine"]

/** Documents whose passages differ in which words they have, and how often. */
export function someDocuments(count: number, from = 0) {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index
    const text = words
      .map((word, i) => `${word} `.repeat(((number * (i + 3)) % 7) + (i === number % 9 ? 4 : 0)))
      .join("")
    return { name: `${number}.md`, content: new Blob([`# ${number}\n\n${text}`]) }
  })
}

/** What is found by vectors alone, as one compares it. */
export async function foundByVectors(client: Client, query: string) {
  const found = await client.search({ query, mode: "vector", top_k: 20, similarity_threshold: -1 })
  return found.map(({ document_name, similarity }) => [document_name, similarity])
}

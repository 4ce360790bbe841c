import type { Client } from "../../src/client"
import type { EmbeddingState } from "../../src/embeddings/schema"

/** Asks until embeddings are in this state; fails with the last one after the test's time. */
export async function embeddingsAre(
  client: Client,
  wanted: EmbeddingState["status"],
): Promise<string> {
  for (;;) {
    const { state, note } = (await client.health()).checks.embeddings
    if (state === wanted) return note
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

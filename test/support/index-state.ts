import { sql } from "drizzle-orm"
import { openDatabase } from "../../src/platform/db/open"
import type { Client } from "../../src/ways-in/client/client"
import { randomNumbers } from "./tiny-model"

const words =
  `harbour lantern keeper ship storm light sea wave rope sail anchor port captain fog bell shore tide
  engine oil lamp night watch apple tree garden flower seed soil rain sun fruit harvest spade bee
  honey bread oven flour yeast salt`.split(/\s+/)

/** Words drawn from the seed, the first ones more often. */
function drawn(count: number, seed: number): string {
  const numbers = randomNumbers(count, seed)
  return Array.from(numbers, (it) => words[Math.floor(it * it * words.length)]).join(" ")
}

/** The text of the document with this number: sections, no two of a length, so that few score alike. */
export function textOf(number: number): string {
  const sections = Array.from({ length: 3 }, (_, i) => {
    const seed = number * 10 + i
    return `## ${drawn(2, seed + 5000)}\n\n${drawn(20 + number * 3 + i, seed)}.`
  })
  return `# ${drawn(2, number + 90_000)}\n\n${sections.join("\n\n")}\n`
}

/** Documents with the numbers from `from` on, before `to`. */
export function numbered(from: number, to: number) {
  return Array.from({ length: to - from }, (_, i) => ({
    name: `document${from + i}.md`,
    content: new Blob([textOf(from + i)]),
  }))
}

/** One word, several, and each operator. */
const queries = [
  ...words.slice(0, 16),
  ...Array.from({ length: 16 }, (_, i) => drawn(2 + (i % 5), i + 70_000)),
  ...["harbour -lantern", "storm -keeper -ship", "file:document1* lantern", "file:*3.md bread"],
  ...['"harbour lantern"', '"keeper harbour" storm', '"ship" -sea', "what has a keeper of bees?"],
]

const TOP_K = 30

/**
 * All that is told of what each query finds in each mode, but for ids and versions. Equal scores
 * stand in the order in which passages came, which is by chance for those that came together: here
 * they stand by name, and the last ones are left out, of which others may score the same.
 */
export async function allFound(client: Client) {
  const found: Record<string, unknown[]> = {}
  for (const query of queries) {
    for (const mode of ["lexical", "vector", "hybrid"] as const) {
      const asked = { query, mode, top_k: TOP_K, similarity_threshold: -1, explain: true }
      const results = await client.search(asked)
      const last = results.length < TOP_K ? undefined : results.at(-1)?.score
      found[`${mode} ${query}`] = results
        .filter(({ score }) => score !== last)
        .map(({ document_id: _, document_version: __, metadata: ___, ...told }) => told)
        .sort((a, b) => b.score - a.score || placeOf(a).localeCompare(placeOf(b)))
    }
  }
  return found
}

function placeOf({ document_name, start }: { document_name: string; start: number }): string {
  return `${document_name} ${start}`
}

/** How much a home has that nobody finds any more. */
export async function leftIn(home: string) {
  const database = await openDatabase({ databaseUrl: undefined, poolSize: 1, home })
  const [counts] = await database.db.execute<Record<string, number>>(sql`
    select
      (select count(*)::int from amelia.search_segments where not live) as unpublished,
      (select count(*)::int from amelia.search_blocks b left join amelia.search_segments s
        on s.id = b.segment_id where s.id is null) as orphaned_blocks,
      (select count(*)::int from amelia.chunks c join amelia.documents d on d.id = c.document_id
        where d.indexed_version is distinct from c.document_version) as stale_chunks,
      (select count(*)::int from amelia.embedding_models) - 1 as former_models,
      (select count(*)::int from amelia.chunk_vectors)
        - (select count(*)::int from amelia.chunks) as vectors_beside_chunks`)
  await database.close()
  return counts
}

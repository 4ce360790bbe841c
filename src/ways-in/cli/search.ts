import type { Explanation, RetrievalResult, SearchMode } from "../../platform/shapes/passage"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { type CommonOptions, loadConfig } from "./settings"

const shownCharacters = 400

export type SearchOptions = CommonOptions & { topK?: number; mode?: SearchMode; explain?: boolean }

/** Prints the passages that match the query best. Uses no language model. */
export async function search(
  context: Context,
  query: string,
  options: SearchOptions,
): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  return await withConnection(context, { config, options }, async ({ client }) => {
    const { topK: top_k, mode, explain } = options
    const results = await client.search({ query, top_k, mode, explain })
    const { terminal } = context
    if (options.json) await terminal.out(`${JSON.stringify(results)}\n`)
    else if (results.length === 0) terminal.err("Nothing was found.\n")
    else await terminal.out(`${results.map(resultText).join("\n\n")}\n`)
    return exitCodes.done
  })
}

function resultText(result: RetrievalResult, index: number): string {
  const { document_name, heading_path, start, end, page, content, explain } = result
  const place = [
    document_name,
    heading_path.join(" > "),
    page === null ? "" : `page ${page}`,
    `characters ${start}–${end}`,
  ]
  const passage = content.trim().replace(/\s+/g, " ")
  const long = passage.length > shownCharacters
  const shown = long ? `${[...passage].slice(0, shownCharacters).join("")}…` : passage
  const lines = [`${index + 1}. ${place.filter((it) => it !== "").join(", ")}`, shown]
  return [...lines, ...(explain ? explanationLines(explain) : [])].join("\n   ")
}

/** Lists the terms with their scores; terms that the query doesn't contain are in brackets. */
function explanationLines({ lexical, fusion, rerank }: Explanation): string[] {
  const terms = lexical?.terms.map(({ term, added, score }) => {
    return `${added ? `[${term}]` : term} ${score.toFixed(2)}`
  })
  const ranks = fusion && [
    `rank by words ${fusion.lexical_rank ?? "none"}`,
    `by meaning ${fusion.vector_rank ?? "none"}`,
  ]
  return [
    ...(terms ? [`score ${lexical?.score.toFixed(2)}: ${terms.join(", ")}`] : []),
    ...(ranks ? [ranks.join(", ")] : []),
    ...(rerank ? [`reranked from ${rerank.rank_before}, score ${rerank.score.toFixed(2)}`] : []),
  ]
}

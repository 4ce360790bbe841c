import { Option } from "commander"
import type { Explanation, RetrievalResult, SearchMode } from "../../platform/shapes/passage"
import { answer } from "./answer"
import type { Context, ExitCode } from "./context"
import { type Add, verbose, wholeNumber, withCommonOptions } from "./options"
import type { CommonOptions } from "./settings"

const shownCharacters = 400

type SearchOptions = CommonOptions & { topK?: number; mode?: SearchMode; explain?: boolean }

/** Prints the passages that match the query best. Uses no language model. */
function search(context: Context, words: string[], options: SearchOptions): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const { topK: top_k, mode, explain } = options
    const results = await client.search({ query: words.join(" "), top_k, mode, explain })
    const isEmpty = results.length === 0
    if (isEmpty && !options.json) context.terminal.err("Nothing was found.\n")
    return { json: results, text: isEmpty ? "" : `${results.map(resultText).join("\n\n")}\n` }
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

export const addSearch: Add = (program, does) => {
  withCommonOptions(program.command("search"))
    .description("find passages in the documents, without a language model")
    .argument("<query...>", "words to search for")
    .option(
      "--top-k <n>",
      "number of passages to print (default: RAG_TOP_K, 5)",
      wholeNumber(1, 100),
    )
    .addOption(new Option("--mode <mode>", "match words, meaning, or both").choices(modes))
    .option("--explain", "explain the score of each passage")
    .option(...verbose)
    .addHelpText("after", examples)
    .action(does(search))
}

const modes: SearchMode[] = ["hybrid", "lexical", "vector"]

const examples = `
Examples:
  amelia search "session timeout" --top-k 3 --json
  amelia search '"session timeout" -cookie file:*.md' --explain

In a query, "exact words" match as a phrase, -word excludes a word, and file:*.md matches names.`

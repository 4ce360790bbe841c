import type { RetrievalResult } from "../search/schema"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { type CommonOptions, loadConfig } from "./settings"

const shownCharacters = 400

/** Prints the passages that fit the query best; generates nothing. */
export async function search(
  context: Context,
  query: string,
  options: CommonOptions & { topK?: number },
): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  return await withConnection(context, { config, options }, async ({ client }) => {
    const input = { query, ...(options.topK === undefined ? {} : { top_k: options.topK }) }
    const results = await client.search(input)
    const { terminal } = context
    if (options.json) await terminal.out(`${JSON.stringify(results)}\n`)
    else if (results.length === 0) terminal.err("Nothing was found.\n")
    else await terminal.out(`${results.map(resultText).join("\n\n")}\n`)
    return exitCodes.done
  })
}

function resultText(result: RetrievalResult, index: number): string {
  const { document_name, heading_path, start, end, page, content } = result
  const place = [
    document_name,
    heading_path.join(" > "),
    page === null ? "" : `page ${page}`,
    `characters ${start}–${end}`,
  ]
  const passage = content.trim().replace(/\s+/g, " ")
  const long = passage.length > shownCharacters
  const shown = long ? `${[...passage].slice(0, shownCharacters).join("")}…` : passage
  return `${index + 1}. ${place.filter((it) => it !== "").join(", ")}\n   ${shown}`
}

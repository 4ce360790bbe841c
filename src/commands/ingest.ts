import type { Document } from "../documents/schema"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { readSources, upload } from "./documents"
import { type CommonOptions, loadConfig } from "./settings"

/** More documents than this get one line together, unless they failed. */
const linesMax = 50

/** Puts files and pages of the web among the documents; done when all of them are indexed. */
export async function ingest(
  context: Context,
  given: string[],
  options: CommonOptions,
): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  const sources = await readSources(context, given)
  return await withConnection(context, { config, options }, async ({ client }) => {
    const documents = await upload(context, client, sources)
    const failed = documents.filter(({ status }) => status === "failed")
    const isLong = documents.length > linesMax
    const lines = (isLong ? failed : documents).map(lineOf)
    if (isLong) lines.push(summaryOf(documents))
    await context.terminal.out(options.json ? `${JSON.stringify(documents)}\n` : lines.join(""))
    return failed.length > 0 ? exitCodes.failed : exitCodes.done
  })
}

function lineOf({ name, status, chunk_count, error, id, version }: Document): string {
  const replaced = version > 1 ? `, now version ${version}` : ""
  const outcome = status === "failed" ? `failed: ${error}` : `${passages(chunk_count)}${replaced}`
  return `${name}: ${outcome} (${id})\n`
}

function summaryOf(documents: Document[]): string {
  const indexed = documents.filter(({ status }) => status !== "failed")
  const count = indexed.reduce((sum, { chunk_count }) => sum + chunk_count, 0)
  const replaced = indexed.filter(({ version }) => version > 1).length
  const versions = replaced > 0 ? `, ${replaced} of them in a new version` : ""
  return `${indexed.length} documents with ${passages(count)}${versions}\n`
}

function passages(count: number): string {
  return `${count} ${count === 1 ? "passage" : "passages"}`
}

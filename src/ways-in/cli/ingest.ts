import type { Document } from "../../features/documents/schema"
import { print } from "./answer"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { readSources, upload } from "./documents"
import { UsageError } from "./failure"
import { folderLine, foldersAmong, ingestFolders, planText } from "./folders"
import { type Add, verbose, withCommonOptions } from "./options"
import { type CommonOptions, loadConfig } from "./settings"

/** Beyond this many documents, prints one summary line plus a line for each failure. */
const linesMax = 50

type IngestOptions = CommonOptions & {
  dryRun?: boolean
  force?: boolean
  includeSecrets?: boolean
}

/** Adds files, folders and web pages to the documents. Returns when all are indexed or failed. */
async function ingest(
  context: Context,
  given: string[],
  options: IngestOptions,
): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  const { folders, others } = await foldersAmong(context, given)
  const sources = await readSources(context, others, options)
  if (options.dryRun && others.length > 0) {
    throw new UsageError(`--dry-run only works for folders; ${others[0]} is not one.`)
  }
  return await withConnection(context, { config, options }, async ({ client }) => {
    const wanted = { include_secrets: options.includeSecrets }
    if (options.dryRun) {
      const plans = await Promise.all(folders.map((path) => client.previewFolder(path, wanted)))
      await print(context, options, plans, plans.map(planText).join(""))
      return exitCodes.done
    }
    const documents = await upload(context, client, sources)
    const kept = await ingestFolders(context, client, folders, wanted)
    const text = documentLines(documents) + kept.map(folderLine).join("")
    const json = folders.length > 0 ? { documents, folders: kept } : documents
    await print(context, options, json, text)
    const failed = [...documents, ...kept].some(({ status }) => status === "failed")
    return failed ? exitCodes.failed : exitCodes.done
  })
}

function documentLines(documents: Document[]): string {
  const isLong = documents.length > linesMax
  const shown = isLong ? documents.filter(({ status }) => status === "failed") : documents
  return [...shown.map(lineOf), ...(isLong ? [summaryOf(documents)] : [])].join("")
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
  const versions = replaced > 0 ? `, ${replaced} with a new version` : ""
  return `${indexed.length} documents with ${passages(count)}${versions}\n`
}

function passages(count: number): string {
  return `${count} ${count === 1 ? "passage" : "passages"}`
}

export const addIngest: Add = (program, does) => {
  withCommonOptions(program.command("ingest"))
    .description("add files, folders and web pages to the documents")
    .argument("<path...>", "files, folders or web page URLs")
    .option("--dry-run", "only show what syncing the folders would do")
    .option("--force", "add files that look like secrets without asking")
    .option("--include-secrets", "in folders, also index files that look like secrets")
    .option("--no-include-secrets", "skip them (the default)")
    .option(...verbose)
    .addHelpText(
      "after",
      "\nExamples:\n  amelia ingest README.md docs/*.md\n  amelia ingest .\n  amelia ingest https://example.org/guide",
    )
    .action(does(ingest))
}

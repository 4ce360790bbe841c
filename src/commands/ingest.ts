import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { readUploads, upload } from "./documents"
import { type CommonOptions, loadConfig } from "./settings"

/** Puts files among the documents; done when all of them are indexed. */
export async function ingest(
  context: Context,
  paths: string[],
  options: CommonOptions,
): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  const uploads = await readUploads(context, paths)
  return await withConnection(context, { config, options }, async ({ client }) => {
    const documents = await upload(context, client, uploads)
    if (options.json) await context.terminal.out(`${JSON.stringify(documents)}\n`)
    for (const { name, status, chunk_count, error, id, version } of documents) {
      const replaced = version > 1 ? `, now version ${version}` : ""
      const outcome =
        status === "failed"
          ? `failed: ${error}`
          : `${chunk_count} ${chunk_count === 1 ? "passage" : "passages"}${replaced}`
      if (!options.json) await context.terminal.out(`${name}: ${outcome} (${id})\n`)
    }
    const failed = documents.some(({ status }) => status === "failed")
    return failed ? exitCodes.failed : exitCodes.done
  })
}

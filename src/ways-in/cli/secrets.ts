import { realpath, stat } from "node:fs/promises"
import { SECRET_HEAD_BYTES, secretByContent, secretByPath } from "../../platform/files/secret"
import type { Context } from "./context"
import { UsageError } from "./failure"

export type SecretOptions = { force?: boolean; json?: boolean }

/**
 * Asks before files that look like secrets become documents. Throws a UsageError if the person says
 * no, or nobody can be asked and --force was not given.
 */
export async function agreeToSecrets(
  { terminal }: Context,
  paths: string[],
  { force = false, json = false }: SecretOptions,
): Promise<void> {
  if (force) return
  const found: string[] = []
  for (const path of paths) {
    const what = await secretOf(path)
    if (what) found.push(`${path} looks like a secret: ${what}.\n`)
  }
  if (found.length === 0) return
  const risk = `${found.join("")}Passages of documents can be sent to the provider of a model.`
  if (json || !terminal.ask) throw new UsageError(`${risk} To add it all the same, use --force.`)
  const answer = await terminal.ask(`${risk} Add it all the same? [y]es, [n]o: `)
  if (!/^y(es)?$/i.test(answer?.trim() ?? "")) throw new UsageError("Nothing was added.")
}

/** By the name that was given, and that of the file behind a link. */
async function secretOf(path: string): Promise<string | undefined> {
  const real = await realpath(path)
  const { mode } = await stat(real)
  const head = await Bun.file(real).slice(0, SECRET_HEAD_BYTES).bytes()
  return secretByPath(path, mode) ?? secretByPath(real, mode) ?? secretByContent(head)
}

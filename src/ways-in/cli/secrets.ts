import { realpath, stat } from "node:fs/promises"
import { SECRET_HEAD_BYTES, secretByContent, secretByPath } from "../../platform/files/secret"
import type { Context } from "./context"
import { UsageError } from "./failure"

export type SecretOptions = { force?: boolean; json?: boolean }

/** Asks before adding files that look like secrets. Throws a UsageError if nobody agrees. */
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
  const risk = `${found.join("")}Passages of documents can be sent to a model provider.`
  if (json || !terminal.ask) throw new UsageError(`${risk} To add it anyway, use --force.`)
  const answer = await terminal.ask(`${risk} Add it anyway? [y]es, [n]o: `)
  if (!/^y(es)?$/i.test(answer?.trim() ?? "")) throw new UsageError("Nothing was added.")
}

/** Checks the given path, the file behind a symbolic link, and the content. */
async function secretOf(path: string): Promise<string | undefined> {
  const real = await realpath(path)
  const { mode } = await stat(real)
  const head = await Bun.file(real).slice(0, SECRET_HEAD_BYTES).bytes()
  return secretByPath(path, mode) ?? secretByPath(real, mode) ?? secretByContent(head)
}

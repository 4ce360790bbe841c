import { readFile } from "node:fs/promises"
import { resolve } from "node:path"
import type { GateInput } from "../../features/runs/schema"
import { messageOf } from "../../platform/errors"
import type { Context } from "./context"
import { UsageError } from "./failure"

/** Reads an edited artifact: data from a .json file, text from any other. */
export async function readEdit(
  { cwd }: Context,
  file: string | undefined,
): Promise<Pick<GateInput, "content" | "data">> {
  if (!file) throw new UsageError("Give a file with --file: Markdown, or .json for the data.")
  try {
    const text = await readFile(resolve(cwd, file), "utf8")
    return /\.json$/i.test(file) ? { data: JSON.parse(text) } : { content: text }
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${messageOf(error)}`)
  }
}

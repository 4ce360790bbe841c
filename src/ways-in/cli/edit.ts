import type { GateInput } from "../../features/runs/schema"
import { messageOf } from "../../platform/errors"
import type { Context } from "./context"
import { UsageError } from "./failure"
import { readText } from "./read-file"

/** Reads an edited artifact: data from a .json file, text from any other. */
export async function readEdit(
  context: Context,
  file: string | undefined,
): Promise<Pick<GateInput, "content" | "data">> {
  if (!file) throw new UsageError("Give a file with --file: Markdown, or .json for the data.")
  const text = await readText(context, file)
  try {
    return /\.json$/i.test(file) ? { data: JSON.parse(text) } : { content: text }
  } catch (error) {
    throw new UsageError(`${file} isn't JSON: ${messageOf(error)}`)
  }
}

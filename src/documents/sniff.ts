import { AppError } from "../errors"
import { binaryExtensions, binaryFormat } from "./magic"
import { extensionOf } from "./names"
import type { DocumentType } from "./schema"
import { decodeText, NoText } from "./text"

const codeExtensions: ReadonlySet<string> = new Set(
  (
    "ts tsx mts cts js jsx mjs cjs py pyi rb go rs c h cc cpp cxx hpp hh cs java kt kts scala " +
    "swift m mm php pl pm lua r jl dart ex exs erl hs ml mli fs fsx clj cljs elm zig nim sql " +
    "sh bash zsh fish ps1 bat vue svelte css scss less xml json jsonc yaml yml toml " +
    "ini graphql proto tf gradle cmake mk make vim el lisp"
  ).split(" "),
)

/**
 * What an uploaded file is, judged by its content first and by its name second, and its text.
 * Throws InvalidFileTypeError for what is no text or contradicts its extension.
 */
export async function sniff(
  bytes: Uint8Array,
  name: string,
): Promise<{ type: DocumentType; text: string }> {
  const format = binaryFormat(bytes)
  if (format) throw refuse(name, `is ${format}, which is not supported yet`)
  const extension = extensionOf(name)
  if (binaryExtensions.has(extension)) {
    throw refuse(name, `is named .${extension}, but its content is not of that kind`)
  }
  // Its tags and scripts are not what anybody looks for.
  if (/^x?html?$/.test(extension)) throw refuse(name, "is a web page, which is not supported yet")
  return { type: typeOf(extension), text: await textOf(bytes, name) }
}

function typeOf(extension: string): DocumentType {
  if (extension === "md" || extension === "markdown") return "markdown"
  return codeExtensions.has(extension) ? "code" : "text"
}

async function textOf(bytes: Uint8Array, name: string): Promise<string> {
  try {
    return await decodeText(bytes)
  } catch (thrown) {
    if (thrown instanceof NoText) throw refuse(name, thrown.message, thrown)
    throw thrown
  }
}

function refuse(name: string, reason: string, cause?: unknown): AppError {
  const sentence = `The file “${name}” ${reason}.`
  return new AppError("InvalidFileTypeError", sentence, { name }, { cause })
}

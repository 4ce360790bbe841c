import type { DocumentType } from "../schema"
import { decodeText, NoText } from "../text"
import type { Converted } from "./converted"
import { limits } from "./limits"
import { Unreadable } from "./unreadable"

type Options = { type: DocumentType; cMapUrl: string; onProgress: (share: number) => void }

/** What a file becomes. Throws Unreadable, with what to tell its owner. */
export async function convert(bytes: Uint8Array, options: Options): Promise<Converted> {
  const converted = await convertAs(bytes, options)
  if (converted.text.trim() === "") throw new Unreadable("It has no text.")
  if (converted.text.length > limits.characters) {
    throw new Unreadable(`Its text is longer than ${limits.characters} characters.`)
  }
  return converted
}

/** What each needs takes a while to load, so only that is loaded. */
async function convertAs(bytes: Uint8Array, options: Options): Promise<Converted> {
  const { type, cMapUrl, onProgress } = options
  switch (type) {
    case "pdf":
      return await (await import("./pdf")).convertPdf(bytes, cMapUrl, onProgress)
    case "docx":
      return await (await import("./docx")).convertDocx(bytes)
    case "html":
    case "markdown":
    case "text":
    case "code":
      return { text: await textOf(bytes) }
  }
}

async function textOf(bytes: Uint8Array): Promise<string> {
  try {
    return (await decodeText(bytes)).text
  } catch (thrown) {
    if (thrown instanceof NoText) throw new Unreadable(`It ${thrown.message}.`, { cause: thrown })
    throw thrown
  }
}

import type { DocumentType } from "../../platform/shapes/document"
import { decodeText, NoText } from "./chunk/text"
import type { Converted } from "./converted"
import { decodeHtml } from "./html-text"
import { limits } from "./limits"
import { Unreadable } from "./unreadable"

type Options = {
  type: DocumentType
  /** Where on the web it comes from. */
  url: string | null
  cMapUrl: string
  onProgress: (share: number) => void
}

/** What a file becomes. Throws Unreadable, with what to tell its owner. */
export async function convert(bytes: Uint8Array, options: Options): Promise<Converted> {
  const converted = await convertAs(bytes, options)
  if (converted.text.trim() === "") throw new Unreadable("It has no text.")
  if (converted.text.length > limits.characters) {
    throw new Unreadable(`Its text is longer than ${limits.characters} characters.`)
  }
  const title = converted.title && storable(converted.title)
  return { ...converted, text: storable(converted.text), ...(title ? { title } : {}) }
}

/** Without what PostgreSQL does not take; each place stays where it is. */
function storable(text: string): string {
  return text.replaceAll("\0", "\ufffd").toWellFormed()
}

/** What each needs takes a while to load, so only that is loaded. */
async function convertAs(bytes: Uint8Array, options: Options): Promise<Converted> {
  const { type, url, cMapUrl, onProgress } = options
  switch (type) {
    case "pdf":
      return await (await import("./pdf")).convertPdf(bytes, cMapUrl, onProgress)
    case "docx":
      return await (await import("./docx")).convertDocx(bytes)
    case "html": {
      const { convertHtml } = await import("./html")
      return convertHtml(await textOf(bytes, decodeHtml), url ?? undefined)
    }
    case "markdown":
    case "text":
    case "code":
      return { text: await textOf(bytes, plainText) }
  }
}

const plainText = async (bytes: Uint8Array) => (await decodeText(bytes)).text

async function textOf(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => Promise<string>,
): Promise<string> {
  try {
    return await decode(bytes)
  } catch (thrown) {
    if (thrown instanceof NoText) throw new Unreadable(`It ${thrown.message}.`, { cause: thrown })
    throw thrown
  }
}

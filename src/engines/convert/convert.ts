import { cMapDirectory } from "../../embedded"
import type { DocumentType } from "../../platform/shapes/document"
import { type Converted, Unreadable } from "./converted"
import { decodeHtml, decodeText, NoText } from "./decode"
import { limits } from "./limits"

/** A file to be made searchable. `url` is the web page that it was read from. */
export type SourceFile = {
  name: string
  type: DocumentType
  url: string | null
  bytes: Uint8Array
}

/** Converts a file to text. Throws Unreadable. */
export async function convert(
  file: SourceFile,
  onProgress: (share: number) => void,
): Promise<Converted> {
  const converted = await convertAs(file, onProgress)
  if (converted.text.trim() === "") throw new Unreadable("This file has no text.")
  if (converted.text.length > limits.characters) {
    throw new Unreadable(
      `Its text is longer than ${limits.characters.toLocaleString("en")} characters.`,
    )
  }
  const title = converted.title && storable(converted.title)
  return { ...converted, text: storable(converted.text), ...(title ? { title } : {}) }
}

/** Replaces what PostgreSQL can't store. Offsets stay the same. */
function storable(text: string): string {
  return text.replaceAll("\0", "\ufffd").toWellFormed()
}

/** Loads the converter of just this type, because each takes a while to load. */
async function convertAs(
  { type, url, bytes }: SourceFile,
  onProgress: (share: number) => void,
): Promise<Converted> {
  switch (type) {
    case "pdf":
      return await (await import("./pdf")).convertPdf(bytes, cMapDirectory(), onProgress)
    case "docx":
      return await (await import("./docx")).convertDocx(bytes)
    case "html": {
      const { convertHtml } = await import("./html")
      return convertHtml(await textOf(decodeHtml(bytes)), url ?? undefined)
    }
    case "markdown":
    case "text":
    case "code":
      return { text: (await textOf(decodeText(bytes))).text }
  }
}

async function textOf<T>(decoding: Promise<T>): Promise<T> {
  try {
    return await decoding
  } catch (thrown) {
    if (thrown instanceof NoText)
      throw new Unreadable(`This file ${thrown.message}.`, { cause: thrown })
    throw thrown
  }
}

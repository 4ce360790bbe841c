import "./pdf-globals"
import { InvalidPDFException, PasswordException, PDFParse } from "pdf-parse"
import type { PDFDocumentProxy } from "pdfjs-dist"
import { type Converted, Unreadable } from "./converted"
import { limits } from "./limits"
import type { Line } from "./pdf-line"
import { linesOf } from "./pdf-lines"
import { withoutMargins } from "./pdf-margins"
import { joinPages } from "./pdf-pages"

/**
 * The text of a PDF in reading order, page after page, without headers and footers that repeat.
 * Throws Unreadable for one that is encrypted, broken, too long or without text.
 */
export async function convertPdf(
  data: Uint8Array,
  cMapUrl: string,
  onProgress: (share: number) => void,
): Promise<Converted> {
  const options = { isEvalSupported: false, disableFontFace: true, useSystemFonts: false }
  const parser = new PDFParse({ data, cMapUrl, cMapPacked: true, ...options })
  const document = await open(parser)
  const pages: Line[][] = []
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number)
    pages.push(linesOf(await page.getTextContent(), page.view))
    page.cleanup()
    onProgress(number / document.numPages)
  }
  const { text, pageStarts } = joinPages(withoutMargins(pages))
  if (text.trim() === "") {
    throw new Unreadable(
      "It has no text, only pictures of pages. Run a text recognition (OCR) over it first.",
    )
  }
  const title = await titleOf(document)
  return { text, pageStarts, ...(title ? { title } : {}) }
}

/** Its own getText knows neither paragraphs nor margins, so it only opens the document. */
async function open(parser: PDFParse): Promise<PDFDocumentProxy> {
  try {
    // biome-ignore lint/complexity/useLiteralKeys: TypeScript lets private methods be called so
    const document: PDFDocumentProxy = await parser["load"]()
    if (document.numPages <= limits.pages) return document
    const pages = document.numPages.toLocaleString("en")
    throw new Unreadable(`It has ${pages} pages; ${limits.pages} are the most.`)
  } catch (cause) {
    if (cause instanceof PasswordException) {
      throw new Unreadable("It is encrypted. Save it without its password first.", { cause })
    }
    if (cause instanceof InvalidPDFException) {
      throw new Unreadable("It is no whole PDF: it is broken or cut off.", { cause })
    }
    throw cause
  }
}

/** Programs that print to PDF name the file that they printed, which says nothing. */
async function titleOf(document: PDFDocumentProxy): Promise<string | undefined> {
  const { info } = await document.getMetadata()
  const { Title: title } = info as { Title?: unknown }
  if (typeof title !== "string" || /^(untitled|microsoft \w+ - .*)?$/i.test(title.trim())) {
    return undefined
  }
  return title.trim()
}

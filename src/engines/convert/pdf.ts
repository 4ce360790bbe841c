import "./pdf-globals"
import { InvalidPDFException, PasswordException, PDFParse } from "pdf-parse"
import type { PDFDocumentProxy } from "pdfjs-dist"
import { type Converted, Unreadable } from "./converted"
import { limits } from "./limits"
import type { Line } from "./pdf-columns"
import { linesOf } from "./pdf-lines"
import { withoutMargins } from "./pdf-margins"
import { joinPages } from "./pdf-pages"

/** Converts a PDF to text in reading order. Throws Unreadable, also if it has only images. */
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
    throw new Unreadable("This PDF has no text, only images of its pages. Run OCR on it first.")
  }
  const title = await titleOf(document)
  return { text, pageStarts, ...(title ? { title } : {}) }
}

/** pdf-parse only opens the document: its getText knows neither paragraphs nor margins. */
async function open(parser: PDFParse): Promise<PDFDocumentProxy> {
  try {
    // biome-ignore lint/complexity/useLiteralKeys: this is how TypeScript allows a private method
    const document: PDFDocumentProxy = await parser["load"]()
    if (document.numPages <= limits.pages) return document
    const pages = document.numPages.toLocaleString("en")
    throw new Unreadable(`This PDF has ${pages} pages, more than the limit of ${limits.pages}.`)
  } catch (cause) {
    if (cause instanceof PasswordException) {
      throw new Unreadable("This PDF is encrypted. Save it without its password first.", { cause })
    }
    if (cause instanceof InvalidPDFException) {
      throw new Unreadable("This PDF is damaged or incomplete.", { cause })
    }
    throw cause
  }
}

/** Ignores titles that say nothing: print-to-PDF programs write the name of the printed file. */
async function titleOf(document: PDFDocumentProxy): Promise<string | undefined> {
  const { info } = await document.getMetadata()
  const { Title: title } = info as { Title?: unknown }
  if (typeof title !== "string" || /^(untitled|microsoft \w+ - .*)?$/i.test(title.trim())) {
    return undefined
  }
  return title.trim()
}

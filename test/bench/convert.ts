/** `bun test/bench/convert.ts`: files of each format are indexed, beside the bare library. */
import mammoth from "mammoth"
import type { Client } from "../../src/ways-in/client/client"
import "../../src/engines/convert/pdf-globals"
import { docx } from "../support/docx"
import { lines, pdf } from "../support/pdf"
import { markdownFiles } from "./corpus"
import { type Figure, printFigures } from "./figures"
import { homeOnDisk, startServer } from "./server"

const PAGES = 1000
const PARAGRAPHS = 10_000
const TEXT_BYTES = 50_000_000

type Format = {
  name: string
  file: Blob
  pages?: number
  /** The same by the library alone, in this process. */
  bare?: (bytes: Uint8Array) => Promise<unknown>
}

export async function measureConversion(): Promise<Figure[]> {
  await using at = await homeOnDisk()
  await using server = await startServer(at.home)
  const figures: Figure[] = []
  for (const format of formats()) figures.push(...(await measure(server.client, format)))
  await server.stop()
  return figures
}

function* formats(): Generator<Format> {
  const [{ content = "" } = {}] = markdownFiles(4, 1, TEXT_BYTES)
  const sentences = content
    .slice(0, 4_000_000)
    .split("\n")
    .filter((line) => line.length > 80)
  const some = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => sentences[(from + i) % sentences.length] ?? "")
  const page = (_: unknown, i: number) => lines(some(i * 40, 40).map((line) => line.slice(0, 80)))
  const pages = Array.from({ length: PAGES }, page)
  const ofPdf = async (data: Uint8Array) =>
    new (await import("pdf-parse")).PDFParse({ data }).getText()
  yield { name: "PDF", file: pdf(pages), pages: PAGES, bare: ofPdf }
  const ofDocx = (bytes: Uint8Array) => mammoth.convertToHtml({ buffer: Buffer.from(bytes) })
  const plain = some(0, PARAGRAPHS).map((line) => line.replace(/[<>&]/g, ""))
  yield { name: "DOCX", file: docx(plain), bare: ofDocx }
  yield { name: "text", file: new Blob([content]) }
}

async function measure(client: Client, { name, file, pages, bare }: Format): Promise<Figure[]> {
  const begun = performance.now()
  const uploaded = await client.uploadDocuments([
    { name: `bench.${extensions[name]}`, content: file },
  ])
  const [document] = await client.settleDocuments(uploaded)
  const seconds = (performance.now() - begun) / 1000
  if (document?.status !== "indexed") throw new Error(`${name}: ${document?.error}`)
  const figures = rates(`${name}, indexed`, seconds, file.size, pages)
  if (!bare) return figures
  const bytes = await file.bytes()
  const alone = performance.now()
  await bare(bytes)
  const bareSeconds = (performance.now() - alone) / 1000
  return [...figures, ...rates(`${name}, library alone`, bareSeconds, file.size, pages)]
}

const extensions: Record<string, string> = { PDF: "pdf", DOCX: "docx", text: "log" }

function rates(what: string, seconds: number, bytes: number, pages?: number): Figure[] {
  return [
    { what, value: bytes / 1e6 / seconds, unit: "MB/s" },
    ...(pages ? [{ what, value: pages / seconds, unit: "pages/s" }] : []),
  ]
}

if (import.meta.main) printFigures(await measureConversion())

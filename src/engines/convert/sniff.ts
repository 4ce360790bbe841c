import { unzipSync } from "fflate"
import { AppError } from "../../platform/errors"
import type { DocumentType } from "../../platform/shapes/document"
import type { Content } from "./content"
import { type Decoded, decodeText, NoText } from "./decode"
import { codeExtensions, extensionOf } from "./extension"
import { binaryExtensions, binaryFormat, zipFormat } from "./magic"

/** Longer texts are indexed in the background, because they would keep the database busy. */
const AT_ONCE_BYTES = 1024 ** 2

/** `decoded` is undefined for files that are converted in the background. */
type Sniffed = { type: DocumentType; decoded?: Decoded }

/** Tells the type by content, then name. Decodes short texts. Throws InvalidFileTypeError. */
export async function sniff(content: Content, name: string): Promise<Sniffed> {
  const extension = extensionOf(name)
  const start = await content.start(AT_ONCE_BYTES)
  const format = binaryFormat(start)
  const type = convertibleType(start, content, format, extension)
  if (type && (extension === type || extension === "")) return { type }
  if (format)
    throw refuse(name, isNamedWrong(type, extension) ?? `is ${format}, which can't be read`)
  if (binaryExtensions.has(extension)) {
    throw refuse(name, `is named .${extension}, but its content is not of that kind`)
  }
  const isWhole = content.sizeBytes <= AT_ONCE_BYTES
  const decoded = await textOf(start, name, !isWhole)
  // Converted to Markdown in the background: nobody searches for tags and scripts.
  if (/^x?html?$/.test(extension)) return { type: "html" }
  return { type: typeOf(extension), ...(isWhole ? { decoded } : {}) }
}

function convertibleType(
  start: Uint8Array,
  content: Content,
  format: string | undefined,
  extension: string,
) {
  if (format === "a PDF" || (extension === "pdf" && isLatePdf(start))) return "pdf"
  return format === zipFormat && isWord(content.view()) ? "docx" : undefined
}

/** PDF readers look for the mark in the first 1,024 bytes. */
function isLatePdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 1024)).includes("%PDF-")
}

function isNamedWrong(type: DocumentType | undefined, extension: string): string | undefined {
  if (type) return `is of type ${type}, but is named .${extension}`
  return extension === "docx" ? "is named .docx, but is not a Word document" : undefined
}

/** Looks at the names of the parts and unpacks none. */
function isWord(bytes: Uint8Array): boolean {
  const names: string[] = []
  try {
    unzipSync(bytes, { filter: ({ name }) => names.push(name) < 0 })
  } catch {
    // The archive is damaged or incomplete.
    return false
  }
  return names.some((name) => /^word\/document\d*\.xml$/.test(name))
}

function typeOf(extension: string): DocumentType {
  if (extension === "md" || extension === "markdown") return "markdown"
  return codeExtensions.has(extension) ? "code" : "text"
}

async function textOf(bytes: Uint8Array, name: string, isCut: boolean): Promise<Decoded> {
  try {
    return await decodeText(bytes, { isCut })
  } catch (thrown) {
    if (thrown instanceof NoText) throw refuse(name, thrown.message, thrown)
    throw thrown
  }
}

function refuse(name: string, reason: string, cause?: unknown): AppError {
  const sentence = `The file “${name}” ${reason}.`
  return new AppError("InvalidFileTypeError", sentence, { name }, { cause })
}

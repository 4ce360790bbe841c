import { strToU8, type Zippable, zipSync } from "fflate"

type Part = string | string[][]

/**
 * A Word document: `# `, `## ` begin headings, `- ` an item of a list; rows of cells are a table.
 * `more` are further parts of its archive.
 */
export function docx(parts: Part[], more: Zippable = {}): Blob {
  const body = parts.map((part) => (typeof part === "string" ? paragraph(part) : table(part)))
  const files = {
    "[Content_Types].xml": contentTypes,
    "_rels/.rels": relationships,
    "word/document.xml": wordPart("document", `<w:body>${body.join("")}</w:body>`),
    "word/styles.xml": wordPart("styles", [1, 2].map(headingStyle).join("")),
    "word/numbering.xml": wordPart("numbering", bullets),
  }
  const bytes = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const)
  return new Blob([zipSync({ ...Object.fromEntries(bytes), ...more }) as Uint8Array<ArrayBuffer>])
}

function paragraph(text: string): string {
  const [, sign = "", rest = text] = /^(#+|-) (.*)$/s.exec(text) ?? []
  const list = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
  const style = sign === "-" ? list : sign && `<w:pStyle w:val="Heading${sign.length}"/>`
  const run = `<w:r><w:t xml:space="preserve">${rest}</w:t></w:r>`
  return `<w:p><w:pPr>${style}</w:pPr>${run}</w:p>`
}

function table(rows: string[][]): string {
  const cells = (row: string[]) => row.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join("")
  return `<w:tbl>${rows.map((row) => `<w:tr>${cells(row)}</w:tr>`).join("")}</w:tbl>`
}

const namespace = "http://schemas.openxmlformats.org"
const wordPart = (name: string, content: string) =>
  `<w:${name} xmlns:w="${namespace}/wordprocessingml/2006/main">${content}</w:${name}>`
const headingStyle = (level: number) =>
  `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/></w:style>`
const bullets = `<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>
  </w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`
const office = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
const contentTypes = `<Types xmlns="${namespace}/package/2006/content-types">
  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
  <Override PartName="/word/document.xml" ContentType="${office}.main+xml"/></Types>`
const relationships = `<Relationships xmlns="${namespace}/package/2006/relationships">
  <Relationship Id="r1" Type="${namespace}/officeDocument/2006/relationships/officeDocument"
    Target="word/document.xml"/></Relationships>`

/** A text at a place in points from the lower left corner. */
export type Placed = { text: string; x: number; y: number; size?: number }
type PdfOptions = {
  title?: string
  /** With a password that nobody knows. */
  encrypted?: boolean
  /** A predefined character map; the texts are then hex codes in it. */
  cMap?: { name: string; ordering: string }
}

/** A PDF of these pages (A4), by ISO 32000; a page without texts shows a picture. */
export function pdf(pages: Placed[][], options: PdfOptions = {}): Blob {
  const { title, encrypted, cMap } = options
  const objects: string[] = []
  const add = (object: string) => `${objects.push(object)} 0 R`
  const stream = (data: string, head = "") =>
    add(`<< /Length ${data.length} ${head}>>\nstream\n${data}\nendstream`)
  const root = add("")
  const parent = add("")
  const font = add(cMap ? compositeFont(cMap, add) : simpleFont)
  const picture = stream(
    "\x7f",
    `/Type /XObject /Subtype /Image /Width 1 /Height 1
    /BitsPerComponent 8 /ColorSpace /DeviceGray `,
  )
  const resources = `<< /Font << /F ${font} >> /XObject << /I ${picture} >> >>`
  const kids = pages.map((texts) => {
    const content = texts.map(({ text, x, y, size = 11 }) => {
      const shown = cMap ? `<${text}>` : `(${text.replace(/[\\()]/g, "\\$&")})`
      return `BT /F ${size} Tf ${x} ${y} Td ${shown} Tj ET`
    })
    const contents = stream(content.join("\n") || "500 0 0 700 50 50 cm /I Do")
    return add(`<< /Type /Page /Parent ${parent} /MediaBox [0 0 595 842]
      /Resources ${resources} /Contents ${contents} >>`)
  })
  objects[0] = `<< /Type /Catalog /Pages ${parent} >>`
  objects[1] = `<< /Type /Pages /Count ${kids.length} /Kids [${kids.join(" ")}] >>`
  const info = add(title ? `<< /Title (${title}) >>` : "<< >>")
  const lock = encrypted ? `/Encrypt ${add(encryption)} /ID [<00> <00>]` : ""
  return written(objects, `/Root ${root} /Info ${info} ${lock}`)
}

/** A PDF whose text can be read only with a character map that is not in it. */
export function chinesePdf(text: string): Blob {
  const hex = Buffer.from(text, "utf16le").swap16().toString("hex")
  const cMap = { name: "UniGB-UCS2-H", ordering: "GB1" }
  return pdf([[{ text: hex, x: 50, y: 700 }]], { cMap })
}

/** Lines one below the other from the top of a page on. */
export function lines(texts: string[], { x = 50, y = 760 } = {}): Placed[] {
  return texts.map((text, i) => ({ text, x, y: y - 14 * i }))
}

const simpleFont =
  "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
const key = "00".repeat(32)
const encryption = `<< /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >>`

function compositeFont(
  { name, ordering }: { name: string; ordering: string },
  add: (object: string) => string,
): string {
  const system = `<< /Registry (Adobe) /Ordering (${ordering}) /Supplement 0 >>`
  const descriptor = add(`<< /Type /FontDescriptor /FontName /Song /Flags 4
    /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>`)
  const descendant = add(`<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Song
    /CIDSystemInfo ${system} /DW 1000 /FontDescriptor ${descriptor} >>`)
  return `<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /${name}
    /DescendantFonts [${descendant}] >>`
}

function written(objects: string[], trailer: string): Blob {
  let file = "%PDF-1.7\n"
  const offsets = objects.map((object, i) => {
    const offset = file.length
    file += `${i + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("")
  const size = objects.length + 1
  const xref = `xref\n0 ${size}\n0000000000 65535 f \n${table}`
  const end = `trailer << /Size ${size} ${trailer} >>\nstartxref\n${file.length}\n%%EOF`
  return new Blob([Buffer.from(file + xref + end, "latin1")])
}

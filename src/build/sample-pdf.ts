/** `bun src/build/sample-pdf.ts` writes the sample project's PDF, sample/house-rules.pdf. */
import { join } from "node:path"

type Style = "title" | "heading" | "text" | "item"
type Line = { style: Style; text: string; x: number; y: number }

const rules = `
# House rules of the tool library
Agreed by the members' assembly on 14 March 2026. Every member gets a copy with the card.
## Membership
1. Anyone from the age of 16 who lives in the district can become a member.
2. Members under 18 must only be given hand tools.
3. Members must show their card for every loan.
## Loans
4. A loan lasts seven days. It can be extended once, by another seven days.
5. A member must not hold more than five tools at a time.
6. Chainsaws and table saws must only be lent to members who have taken the safety course.
7. Members clean a tool before they bring it back.
## Deposits and fees
8. Volunteers must take a deposit of 20 euros for every tool that is worth more than 100 euros.
9. The deposit must be returned in cash when the tool comes back, unless the tool is damaged.
10. A late tool costs one euro a day, and never more than its deposit.
## Desk hours
11. Volunteers are at the desk on Tuesdays from 17:00 to 20:00 and on Saturdays from 10:00 to 14:00.
12. In August the desk is closed. A loan that is due then is due on the first Tuesday of September.
## What the assembly decided
13. We decided not to charge for worn tools, because wear is what tools are for.
14. We decided to keep the paper ledger for three months beside the new program, until every volunteer has worked with it.
`

const page = { width: 595, height: 842, left: 64, top: 770 }
const styles = {
  title: { font: "B", size: 18, before: 0, columns: 50 },
  heading: { font: "B", size: 13, before: 14, columns: 70 },
  text: { font: "R", size: 10.5, before: 4, columns: 88 },
  item: { font: "R", size: 10.5, before: 4, columns: 84 },
} as const

/** One A4 page with the standard fonts, by ISO 32000. Throws if the text doesn't fit. */
export function houseRules(): Buffer {
  const content = laidOut(rules.trim().split("\n")).map(({ style, text, x, y }) => {
    const { font, size } = styles[style]
    return `BT /${font} ${size} Tf ${x} ${y} Td (${text.replace(/[\\()]/g, "\\$&")}) Tj ET`
  })
  const stream = content.join("\n")
  const font = (name: string) =>
    `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`
  return written([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${page.width} ${page.height}] /Contents 4 0 R
/Resources << /Font << /R 5 0 R /B 6 0 R >> >> >>`,
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    font("Helvetica"),
    font("Helvetica-Bold"),
    "<< /Title (House rules of the tool library) >>",
  ])
}

function laidOut(paragraphs: string[]): Line[] {
  const lines: Line[] = []
  let y = page.top
  for (const paragraph of paragraphs) {
    const { style, text } = styleOf(paragraph)
    const { size, before, columns } = styles[style]
    y -= before
    for (const [i, line] of wrapped(text, columns).entries()) {
      const indent = style === "item" && i > 0 ? 18 : 0
      lines.push({ style, text: line, x: page.left + indent, y })
      y -= Math.round(size * 1.4)
    }
  }
  if (y < 60) throw new Error("The house rules no longer fit on one page.")
  return lines
}

function styleOf(paragraph: string): { style: Style; text: string } {
  if (paragraph.startsWith("# ")) return { style: "title", text: paragraph.slice(2) }
  if (paragraph.startsWith("## ")) return { style: "heading", text: paragraph.slice(3) }
  return { style: /^\d/.test(paragraph) ? "item" : "text", text: paragraph }
}

function wrapped(text: string, columns: number): string[] {
  const lines = [""]
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? ""
    if (line.length + word.length < columns) lines[lines.length - 1] = `${line} ${word}`.trim()
    else lines.push(word)
  }
  return lines
}

/** Writes the objects in order, with their table. The first is the root, the last the metadata. */
function written(objects: string[]): Buffer {
  let file = "%PDF-1.7\n"
  const offsets = objects.map((object, i) => {
    const offset = file.length
    file += `${i + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("")
  const size = objects.length + 1
  const start = file.length
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}`
  file += `trailer\n<< /Size ${size} /Root 1 0 R /Info ${objects.length} 0 R >>\n`
  return Buffer.from(`${file}startxref\n${start}\n%%EOF\n`, "latin1")
}

if (import.meta.main) {
  await Bun.write(join(import.meta.dir, "../../sample/house-rules.pdf"), houseRules())
}

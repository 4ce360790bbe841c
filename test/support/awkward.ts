import { docx } from "./docx"
import { chinesePdf, lines, pdf } from "./pdf"

/** A file that is hard to read; `words` are found in it, or `reason` says why it can't be read. */
export type Awkward = { what: string; name: string; file: Blob } & (
  | { words: string; reason?: undefined }
  | { words?: undefined; reason: RegExp }
)

/** Of each kind of awkward file one; the longest text has so many bytes. */
export function awkwardFiles(longestBytes: number): Awkward[] {
  return [...pdfs(), ...archives(), ...pages(), ...texts(longestBytes)]
}

/** Refused before anything is stored. */
export const refusedFiles: { what: string; name: string; file: Blob }[] = [
  { what: "a binary named .md", name: "a.md", file: bytes(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10) },
  { what: "half a surrogate pair", name: "a.txt", file: bytes(0xff, 0xfe, 0x00, 0xd8, 0x41, 0) },
]

function pdfs(): Awkward[] {
  const column = (name: string) => Array.from({ length: 8 }, (_, i) => `${name} ${i} fills a line`)
  const thousand = Array.from({ length: 1000 }, (_, page) =>
    lines(
      Array.from({ length: 40 }, (_, line) => `Line ${line} of page${page}x is about quokkas.`),
    ),
  )
  const columns = [...lines(column("left")), ...lines(column("right"), { x: 310 })]
  const secret = pdf([lines(["Secret."])], { encrypted: true })
  return [
    { what: "an encrypted PDF", name: "encrypted.pdf", file: secret, reason: /encrypted/ },
    { what: "a scanned PDF", name: "scanned.pdf", file: pdf([[], []]), reason: /only images/ },
    { what: "a PDF of 1,000 pages", name: "long.pdf", file: pdf(thousand), words: "page998x" },
    { what: "a Chinese PDF", name: "cjk.pdf", file: chinesePdf("知识就是力量"), words: "知识" },
    { what: "a PDF of two columns", name: "two.pdf", file: pdf([columns]), words: "right 7 fills" },
  ]
}

function archives(): Awkward[] {
  const row = (_: unknown, i: number) => [`Wombat ${i}`, `burrow${i}y`]
  const table = docx(["# Animals", Array.from({ length: 5000 }, row)])
  const bomb = docx(["a"], { "word/media/bomb.xml": new Uint8Array(300 * 1024 ** 2) })
  return [
    { what: "a DOCX with a table", name: "table.docx", file: table, words: "burrow4999y" },
    { what: "a zip bomb", name: "bomb.docx", file: bomb, reason: /unpacks to more than/ },
  ]
}

function pages(): Awkward[] {
  const script = "<script>document.write('no')</script>"
  const page = `<html><body>${script}<h1>Page</h1><p onclick="x()">The numbat eats.</p></body></html>`
  const deep = `${"<div>".repeat(100_000)}deep numbat${"</div>".repeat(100_000)}`
  return [
    { what: "HTML with scripts", name: "page.html", file: new Blob([page]), words: "numbat eats" },
    { what: "HTML nested deeply", name: "deep.html", file: new Blob([deep]), reason: /nested/ },
  ]
}

function texts(longestBytes: number): Awkward[] {
  const utf16 = Buffer.from("\ufeffAn okapi in UTF-16", "utf16le")
  const latin1 = Buffer.from("Die Größe des Okapi in Latin-1", "latin1")
  const quotes = `${"> ".repeat(20_000)}nested\n\n${"  ".repeat(5000)}- item\n\nnested okapi`
  const line = (i: number) => `2026-11-23T05:40:00Z INFO request r${i}z was answered in 3 ms\n`
  const count = Math.floor(longestBytes / line(1_000_000).length)
  const log = Array.from({ length: count }, (_, i) => line(i)).join("")
  const named = "../../etc/pass\u0007wd\u202e.txt"
  return [
    { what: "UTF-16", name: "utf16.txt", file: new Blob([utf16]), words: "okapi UTF" },
    { what: "Latin-1", name: "latin1.txt", file: new Blob([latin1]), words: "Größe Okapi" },
    {
      what: "Markdown nested deeply",
      name: "deep.md",
      file: new Blob([quotes]),
      words: "nested okapi",
    },
    { what: "a name that leads away", name: named, file: new Blob(["A bilby."]), words: "bilby" },
    { what: "a long log", name: "long.log", file: new Blob([log]), words: `r${count - 1}z` },
  ]
}

function bytes(...values: number[]): Blob {
  return new Blob([new Uint8Array(values)])
}

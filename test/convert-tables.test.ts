import { expect, test } from "bun:test"
import { toMarkdown } from "../src/engines/convert/markdown"

const table = (...rows: string[]) =>
  `<table>${rows.map((row) => `<tr>${row}</tr>`).join("")}</table>`
const lines = (html: string) => toMarkdown(html).split("\n")

test("a table keeps its head and the sides to which its columns are set", () => {
  const head = '<th>Name</th><th align="right">Cost</th><th style="text-align: center">No</th>'
  expect(lines(table(head, "<td>Wombat</td><td>12</td><td>1</td>"))).toEqual([
    "| Name | Cost | No  |",
    "| --- | ---: | :---: |",
    "| Wombat | 12  | 1   |",
  ])
})

test("a table without a head gets an empty one, and its caption stands above", () => {
  const html = table("<td>a</td><td>b</td>").replace("<tr>", "<caption>Animals</caption><tr>")
  expect(lines(html)).toEqual([
    ...["Animals", "", "|     |     |", "| --- | --- |"],
    "| a   | b   |",
  ])
})

test("what would end a cell or its row is said otherwise", () => {
  const list = "<ul><li>one</li><li>two</li></ul>"
  const found = lines(table("<th>A</th><th>B</th>", `<td>x | y</td><td>z<br>${list}</td>`))
  expect(found.slice(2)).toEqual(["| x \\| y | z<br>-   one<br>-   two |"])
})

test("a cell over several columns takes their place, however many it claims", () => {
  const [first, border, second] = lines(table('<th colspan="2">A</th>', "<td>1</td><td>2</td>"))
  expect([first, border, second]).toEqual(["| A   |     |", "| --- | --- |", "| 1   | 2   |"])
  expect(toMarkdown(table('<td colspan="999999999">A</td><td>B</td>')).length).toBeLessThan(2000)
})

test("tables that set out a page are text, with the tables in them", () => {
  const inner = table("<th>A</th><th>B</th>", "<td>1</td><td>2</td>")
  expect(lines(table(`<td>menu</td><td>${inner}</td>`))).toEqual([
    ...["menu", "", "| A   | B   |", "| --- | --- |", "| 1   | 2   |"],
  ])
  expect(toMarkdown(table("<td>alone</td>"))).toBe("alone")
  expect(toMarkdown("<table></table><table><tr></tr></table>")).toBe("")
})

test("a table of many rows has them all", () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `<td>Wombat ${i}</td><td>${i}</td>`)
  const found = lines(table("<th>Name</th><th>No</th>", ...rows))
  expect(found).toHaveLength(20_002)
  expect(found.at(-1)).toBe("| Wombat 19999 | 19999 |")
})

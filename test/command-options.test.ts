import { expect, test } from "bun:test"
import { command } from "./support/amelia"
import { freshHome } from "./support/database"

const elsewhere = { home: "/nowhere" }

test("--home and --json may stand before the command or after it", async () => {
  await using at = await freshHome()
  const listed = await command(["--json", "--home", at.home, "docs"], elsewhere)
  expect(listed).toEqual({ code: 0, out: "[]\n", err: "" })
  const shown = await command(["docs", "list", `--home=${at.home}`], elsewhere)
  expect(shown).toMatchObject({ code: 0, out: expect.stringContaining("PASSAGES") })
  const keep = `amelia serve --home ${at.home}`
  const starting = `Starting… (run ${keep} to keep a server running)\n`
  expect(shown.err).toBe(`${starting}There are no docs yet.\n`)
})

test("a usage error names the help of its command", async () => {
  for (const args of [["ask"], ["--home", "/nowhere", "ask"]]) {
    const { code, out, err } = await command(args, elsewhere)
    expect({ code, out }).toEqual({ code: 2, out: "" })
    expect(err).toBe(
      "error: missing required argument 'question'\nTo see how it is used: amelia ask --help\n",
    )
  }
  const inner = await command(["runs", "show"], elsewhere)
  expect(inner.err).toEndWith("To see how it is used: amelia runs show --help\n")
  const unknown = await command(["folders", "add", "/nowhere"], elsewhere)
  expect(unknown.code).toBe(2)
  expect(unknown.err).toBe(
    "error: unknown command 'add'\nTo see how it is used: amelia folders --help\n",
  )
})

import { expect, test } from "bun:test"
import { markdown } from "../views/markdown"
import { chatServer, whole } from "./support/chat"
import { oneOf, randomOf } from "./support/crashes"

// A hundred answers with right, wrong and made-up citations, written in pieces of any length.

const documents = {
  "handbook.md":
    "# Handbook\n\n## Sessions\n\nA session ends after 30 minutes without a request. Staff may extend it once.\n\n## Exports\n\nExports must finish within ten seconds. Larger ones are sent by mail to their owner.\n",
  "büro.txt":
    "Clara Weiß leads the office in Graz 🏔️. Nobody may export without her.\r\n\r\nThe office opens at nine and closes at five.\n",
  "limits.md":
    "# Limits\n\n| What | Limit |\n| --- | --- |\n| uploads | 50 MB |\n| users | 200 |\n\n- Ten searches a second are allowed.\n- `args[2]` names the file.\n",
}
const places = {
  session: "A session ends after 30 minutes without a request",
  export: "Exports must finish within ten seconds",
  clara: "Nobody may export without her",
  opens: "The office opens at nine and closes at five",
  searches: "Ten searches a second are allowed",
}
type Place = keyof typeof places
/** What a quotation of a place has in it. */
const words = {
  session: /30 minutes/,
  export: /ten seconds/,
  clara: /without her/,
  opens: /opens at nine|closes at five/,
  searches: /Ten searches/,
}

/** Parts of answers. `N` is the number of the source that has the place, `X` one that was not given. */
const right: [Place, string][] = [
  ["session", "Sessions end after 30 minutes without any request [N]."],
  ["session", "“A session ends after 30 minutes without a request” [N]."],
  ["export", "An export is done within ten seconds ([N])."],
  ["export", "- Exports must finish within ten seconds. [N]"],
  ["clara", 'The rule is: "nobody may export without her"[N].'],
  ["opens", "The office opens at nine [Source N] and closes at five [N]."],
  ["opens", "> The office opens at nine and closes at five. [N]"],
  ["searches", "You may search ten times a second【N†limits.md】."],
]
const wrong: [Place, string][] = [
  ["session", "“Sessions never end for anybody at all” [N]."],
  ["export", '"Exports may take as long as they want" [N].'],
  ["opens", "> The office opens at noon, except on Mondays [N]"],
]
const madeUp = [
  "It costs nine euros [X].",
  "It is blue[X], they say.",
  "See ([X]) for that.",
  "Two of them [X, X].",
  "Or more [X-X].",
  "Everybody knows that【X†web】.",
  "Nobody [Source X] does.",
]
const neither = [
  "Call `list[7]` first.",
  "```ts\nconst first = list[7]\n```",
  "See [1](https://example.org/a) for more.",
  "In [1998] it began, and args[2] names the file.",
]

test("of a hundred answers every citation shown is exact, and none is made up", async () => {
  const random = randomOf(0)
  const pick = <T>(list: readonly T[]): T => oneOf(random, list)
  let expected: { place: Place; isRight: boolean }[] = []
  await using it = await chatServer(
    {
      answer({ messages }) {
        const prompt = messages.at(-1)?.content ?? ""
        const numberOf = (place: Place) => sourceWith(prompt, places[place])
        expected = []
        const parts = Array.from({ length: 1 + Math.floor(random() * 6) }, () => {
          const kind = pick(["right", "right", "wrong", "made up", "neither"])
          if (kind === "neither") return pick(neither)
          if (kind === "made up") return pick(madeUp).replaceAll("X", pick(["0", "77", "412"]))
          const [place, text] = pick(kind === "right" ? right : wrong)
          expected.push({ place, isRight: kind === "right" })
          return text.replaceAll("N", String(numberOf(place)))
        })
        const piece = 1 + Math.floor(random() * 12)
        return { text: parts.join("\n\n"), piece }
      },
    },
    { RATE_LIMIT_MESSAGES: "1000/minute" },
  )
  const { client } = it
  await client.uploadDocuments(
    Object.entries(documents).map(([name, text]) => ({ name, content: new Blob([text]) })),
  )
  const texts = new Map<string, string>()
  for (const { id, name } of await client.listDocuments()) {
    texts.set(name, (await client.getDocument(id)).content)
  }
  let shown = 0
  for (let nth = 0; nth < 100; nth++) {
    const { id } = await client.createSession()
    const message = "When do sessions end, exports finish, the office open, searches run? Clara?"
    await whole(client.chat(id, { message, use_rag: true }))
    const { content, metadata } = (await client.listMessages(id))[1]!
    for (const { document_name, start, end, quote } of metadata.citations) {
      expect(texts.get(document_name)?.slice(start, end)).toBe(quote)
    }
    // What looks like a mark to a reader leads to its passage, and each passage has one.
    const html = markdown(content, { citations: metadata.citations })
    const prose = html.replace(/<code>[\s\S]*?<\/code>|<a href="https[\s\S]*?<\/a>|args\[2\]/g, "")
    const links = [...prose.matchAll(/<a class="citation"[^>]*>\[(\d+)\]<\/a>/g)]
    expect(prose.replaceAll(/<a class="citation"[^>]*>\[\d+\]<\/a>/g, "")).not.toMatch(
      /\[(?:Source )?\d{1,3}\b|【/,
    )
    expect([...new Set(links.map(([, number]) => Number(number)))].toSorted()).toEqual(
      metadata.citations.map(({ number }) => number).toSorted(),
    )
    const isRight = (text: string) =>
      expected.some(({ place, isRight }) => isRight && words[place].test(text))
    expect(metadata.citations.filter(({ quote }) => !isRight(quote))).toEqual([])
    for (const { place } of expected.filter(({ isRight }) => isRight)) {
      expect(metadata.citations.map(({ quote }) => quote).join("\n")).toMatch(words[place])
    }
    shown += metadata.citations.length
  }
  expect(shown).toBeGreaterThan(100)
})

/** The number that a prompt gives to the source with these words. */
function sourceWith(prompt: string, words: string): number {
  const before = prompt.slice(0, prompt.indexOf(words))
  return Number([...before.matchAll(/^\[(\d+)\] /gm)].at(-1)?.[1])
}

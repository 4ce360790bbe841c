/** Markdown as a team might have it: headings, paragraphs, lists and code, the same for a seed. */
export type MarkdownFile = { name: string; content: string }

const WORDS = 30_000
const syllables = (
  "ka ro mi ten dal ver sil pon gar lum ast bre fin hol jun kel mar nov ost pri qua rin sta tor " +
  "und vel wes yar zen cor del ent for gen"
).split(" ")

/** `count` files of about `bytes` each. */
export function* markdownFiles(
  seed: number,
  count: number,
  bytes: number,
): Generator<MarkdownFile> {
  const random = randomOf(seed)
  const word = wordsOf(random)
  for (let i = 0; i < count; i++) {
    yield { name: `note-${seed}-${i}.md`, content: markdown(random, word, bytes) }
  }
}

/** Questions of three to six words, of which some are frequent. */
export function questions(seed: number, count: number): string[] {
  // The same words as in the files, but others are chosen.
  const random = randomOf(seed)
  const word = wordsOf(random)
  return Array.from({ length: count }, () =>
    Array.from({ length: 3 + Math.floor(random() * 4) }, word).join(" "),
  )
}

function markdown(random: () => number, word: () => string, bytes: number): string {
  const some = (count: number) => Array.from({ length: count }, word).join(" ")
  const sentence = () => `${capital(some(6 + Math.floor(random() * 14)))}.`
  const parts = [`# ${capital(some(4))}`]
  let length = 0
  while (length < bytes) {
    const kind = random()
    const part =
      kind < 0.12
        ? `## ${capital(some(3))}`
        : kind < 0.2
          ? Array.from({ length: 5 }, () => `- ${some(8)}`).join("\n")
          : kind < 0.25
            ? `\`\`\`ts\nconst ${word()}_${word()} = ${word()}(${word()})\nreturn ${word()}\n\`\`\``
            : Array.from({ length: 3 + Math.floor(random() * 4) }, sentence).join(" ")
    parts.push(part)
    length += part.length + 2
  }
  return `${parts.join("\n\n")}\n`
}

/** Words by Zipf's law: the rank of a word is about evenly spread on a logarithmic scale. */
function wordsOf(random: () => number): () => string {
  const common = "the of and to in is that for it with as on be by this are from".split(" ")
  const known = Array.from({ length: WORDS }, (_, rank) => common[rank] ?? spelled(rank))
  return () => known[Math.floor(WORDS ** random()) - 1] ?? "the"
}

function spelled(rank: number): string {
  const size = syllables.length
  const place = (step: number) => syllables[Math.floor((rank * 7919) / size ** step) % size] ?? ""
  return place(0) + place(1) + place(2)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Mulberry32, by Tommy Ettinger: numbers in [0, 1). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

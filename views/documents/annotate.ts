/** HTML to insert into a text. `at` counts UTF-16 units of the plain text. */
export type Insertion = { at: number; html: string }

const part = /<[^>]*>|&(?:#x?)?\w+;|[^<&]+|[<&]/g

/**
 * Inserts elements into HTML that consists of spans and escaped text only, as a highlighter makes
 * it. Closes the open spans before an insertion and reopens them after it.
 */
export function annotate(html: string, insertions: Insertion[]): string {
  const waiting = [...insertions].sort((a, b) => a.at - b.at)
  const open: string[] = []
  const out: string[] = []
  let at = 0
  const insert = () => {
    const { html = "" } = waiting.shift() ?? {}
    out.push("</span>".repeat(open.length), html, ...open)
  }
  for (const [token] of html.matchAll(part)) {
    if (token.startsWith("<")) {
      const closes = token === "</span>"
      while (!closes && waiting[0] && waiting[0].at <= at) insert()
      if (closes) open.pop()
      else open.push(token)
      out.push(token)
      continue
    }
    // An entity counts as one unit and can't be split.
    const length = token.startsWith("&") ? 1 : token.length
    let done = 0
    for (let next = waiting[0]; next && next.at < at + length; next = waiting[0]) {
      const cut = Math.max(done, next.at - at)
      out.push(token.slice(done, cut))
      done = cut
      insert()
    }
    out.push(token.slice(done))
    at += length
  }
  while (waiting.length > 0) insert()
  return out.join("")
}

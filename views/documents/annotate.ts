/** Something to put into a text, where in it, and counted as its UTF-16 units. */
export type Insertion = { at: number; html: string }

const part = /<[^>]*>|&(?:#x?)?\w+;|[^<&]+|[<&]/g

/**
 * Puts elements into HTML that is made of spans and escaped text only, as it comes from a
 * highlighter. Spans that are open at such a place end before it and go on behind.
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
    // An entity is one unit, which nothing is put into.
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

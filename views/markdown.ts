import {
  Marked,
  type RendererObject,
  type TokenizerAndRendererExtension,
  type TokenizerObject,
} from "marked"
import sanitizeHtml from "sanitize-html"
import { type Citation, citationHref } from "../src/platform/shapes/citation"
import { languageClass, withCodeHeads } from "./code-head"
import { BoundedLexer, ShallowTokenizer } from "./nesting"

export type MarkdownOptions = {
  /** Passages that `[n]` refers to. A number without a passage stays plain text. */
  citations?: Citation[]
  /** Prefix of each heading's id, so that it can't clash with ids of the page. */
  prefix?: string
  /** Number of levels to lower the headings, to fit below the page's own. */
  shift?: number
  /** Rewrites the target of a link, except links to headings of the same text. */
  link?: (href: string) => string
  /** Returns a code block as HTML, or undefined for an unknown language. */
  highlight?: (code: string, language: string) => string | undefined
  /** Puts its language and a button to copy it above each code block. */
  codeHeads?: boolean
  /** Shows the host of each link that leads to another one, unless its text does. */
  showHosts?: boolean
}

/** The HTML of one paragraph, list, table… of the source. The span counts `\r\n` as one unit. */
export type MarkdownBlock = { start: number; end: number; html: string }

/**
 * Converts untrusted Markdown to HTML that is safe in a page: raw HTML shows as text, links lead
 * only to http(s), mail and this server, and pictures become links.
 */
export function markdown(source: string, options: MarkdownOptions = {}): string {
  return markdownBlocks(source, options)
    .map(({ html }) => html)
    .join("")
}

/** Like `markdown`, but returns each block with its position in the source. */
export function markdownBlocks(source: string, options: MarkdownOptions = {}): MarkdownBlock[] {
  const marked = new Marked({ gfm: true, async: false })
  marked.setOptions({ tokenizer: new ShallowTokenizer() })
  const citations = new Map(options.citations?.map((citation) => [citation.number, citation]))
  marked.use({ renderer: renderer(options), extensions: [citationLinks(citations)] })
  marked.use({ tokenizer: definitions(citations) })
  const finish = options.codeHeads ? withCodeHeads : (html: string) => html
  let start = 0
  return new BoundedLexer(marked.defaults).lex(source).map((token) => {
    const end = start + token.raw.length
    const html = finish(scrollable(sanitizeHtml(marked.parser([token]), allowed)))
    const block = { start, end, html }
    start = end
    return block
  })
}

/** Puts each table into its own scrollable box that the keyboard can reach. */
function scrollable(html: string): string {
  return html
    .replaceAll("<table>", '<div class="table" tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>")
}

function renderer(options: MarkdownOptions): RendererObject {
  const { prefix = "md", shift = 1, link = (href) => href, highlight } = options
  const used = new Map<string, number>()
  const linked = (href: string, title: string | null, text: string, html: string) => {
    const to = href.startsWith("#") ? `#${prefix}-${slugify(href)}` : link(href)
    const tip = title ? ` title="${Bun.escapeHTML(title)}"` : ""
    const host = options.showHosts ? hostOf(to, text) : ""
    const note = host ? ` <span class="host">(${Bun.escapeHTML(host)})</span>` : ""
    return `<a href="${Bun.escapeHTML(to)}"${tip}>${html}</a>${note}`
  }
  return {
    heading({ tokens, depth, text }) {
      const slug = `${prefix}-${slugify(text)}`
      const before = used.get(slug) ?? 0
      used.set(slug, before + 1)
      const level = Math.min(6, depth + shift)
      const id = before === 0 ? slug : `${slug}-${before}`
      return `<h${level} id="${id}">${this.parser.parseInline(tokens)}</h${level}>\n`
    },
    code({ text, lang }) {
      const language = lang?.split(/\s/)[0]?.toLowerCase() ?? ""
      const html = highlight?.(text, language) ?? Bun.escapeHTML(text)
      const named = options.codeHeads ? languageClass(language) : ""
      return `<pre><code${named}>${html}\n</code></pre>\n`
    },
    html({ text }) {
      return Bun.escapeHTML(text)
    },
    link({ href, title, text, tokens }) {
      return linked(href, title ?? null, text, this.parser.parseInline(tokens))
    },
    image({ href, title, text }) {
      return linked(href, title, text || href, Bun.escapeHTML(text || href))
    },
    checkbox({ checked }) {
      return `<span class="tick">${checked ? "☑" : "☐"}</span> `
    },
  }
}

/** Returns the host that a link leads to; "" on this server, and if its text begins with it. */
function hostOf(href: string, text: string): string {
  const url = URL.parse(href)
  if (!url || !/^https?:$/.test(url.protocol)) return ""
  const [shown] = text.replace(/^https?:\/\//, "").split(/[/?#]/, 1)
  return shown === url.host ? "" : url.host
}

type Cited = ReadonlyMap<number, Citation>

/** Keeps `[1]: word` a sentence where 1 is a citation. As a definition it would vanish. */
function definitions(citations: Cited): TokenizerObject {
  return {
    def(source) {
      const number = /^ {0,3}\[(\d{1,4})\]:/.exec(source)?.[1]
      return number && citations.has(Number(number)) ? undefined : false
    },
  }
}

function citationLinks(citations: Cited): TokenizerAndRendererExtension {
  return {
    name: "citation",
    level: "inline",
    start: (source) => source.search(/\[\d+\]/),
    tokenizer(source) {
      // Another [n] may follow, but not an address: that makes it a link of the text itself.
      const match = /^\[(\d{1,4})\](?!\(|\[(?!\d{1,4}\]))/.exec(source)
      const citation = match && citations.get(Number(match[1]))
      return match && citation ? { type: "citation", raw: match[0], citation } : undefined
    },
    renderer({ citation }) {
      const { number, document_name, heading_path } = citation as Citation
      const place = Bun.escapeHTML([document_name, ...heading_path].join(" › "))
      const href = Bun.escapeHTML(citationHref(citation as Citation))
      return `<a class="citation" href="${href}" title="${place}">[${number}]</a>`
    },
  }
}

/** Returns the id of a heading, without its prefix. */
export function slugify(text: string): string {
  const words = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-")
  return words.replace(/^-|-$/g, "") || "section"
}

const headings = ["h1", "h2", "h3", "h4", "h5", "h6"]
const tables = ["table", "thead", "tbody", "tr", "th", "td"]
const blocks = ["p", "ul", "ol", "li", "blockquote", "pre", "hr"]
const inline = ["a", "strong", "em", "del", "code", "br", "span"]

const allowed: sanitizeHtml.IOptions = {
  allowedTags: [...headings, ...tables, ...blocks, ...inline],
  allowedAttributes: {
    a: ["href", "title", "class", "rel"],
    ol: ["start"],
    th: ["align", "scope"],
    td: ["align"],
    pre: ["tabindex"],
    ...Object.fromEntries(headings.map((tag) => [tag, ["id"]])),
  },
  allowedClasses: {
    a: ["citation"],
    code: ["language-*"],
    span: ["tick", "host", "hljs-*"],
  },
  allowedSchemes: ["http", "https", "mailto"],
  allowProtocolRelative: false,
  disallowedTagsMode: "escape",
  transformTags: {
    a: (tagName, attribs) => ({ tagName, attribs: { ...attribs, rel: "noopener noreferrer" } }),
    pre: (tagName) => ({ tagName, attribs: { tabindex: "0" } }),
    th: (tagName, attribs) => ({ tagName, attribs: { ...attribs, scope: "col" } }),
  },
}

import { type Context, Hono } from "hono"
import { z } from "zod"
import { TextPart } from "../../../views/documents/detail"
import { DocumentPage } from "../../../views/documents/page"
import { isMarkdown, type Reading, readingHref } from "../../../views/documents/reading"
import { type Shown, sourceHtml } from "../../../views/documents/source"
import { CompareVersionsPage } from "../../../views/documents/versions"
import type { Place } from "../../engines/convert/chunk/window"
import { extensionOf } from "../../engines/convert/extension"
import { frameOf } from "../../platform/http/frame"
import { answerPart } from "../../platform/http/go-to"
import { pathId, readQuery } from "../../platform/http/validate"
import { getHead, getNamed, readCompared, readPart } from "../documents/reading"
import { type Rendered, render } from "../documents/render"
import { type DocumentHead, PATIENT_SECONDS, RENDER_SECONDS } from "../documents/schema"
import { listVersions } from "../documents/service"
import type { FolderDeps } from "../folders/deps"
import { distinct } from "../search/duplicates"
import type { Section } from "../search/schema"
import { listSections } from "../search/sections"
import { retrieve } from "../search/service"

const position = z.coerce.number().int().min(0).optional()
const number = z.coerce.number().int().min(1).optional()
const textQuery = z.object({
  /** The highlighted passage. */
  start: position,
  end: position,
  version: number,
  view: z.enum(["rendered", "source"]).optional(),
  /** The part to show: around, from or up to a position. */
  at: position,
  from: position,
  to: position,
  /** Waits longer for rendering. */
  wait: z.literal("1").optional(),
  /** Redirects to the start of that page. */
  page: number,
  q: z.string().trim().max(10_000).default(""),
})
type TextQuery = z.infer<typeof textQuery>

const namedQuery = z.object({ name: z.string().max(10_000) })

const compareQuery = z.object({
  from: z.coerce.number().int().min(1),
  to: z.coerce.number().int().min(1),
})

const RESULTS = 20

export function documentTextPages(deps: FolderDeps): Hono {
  return new Hono()
    .get("/named", async (c) => {
      const id = await getNamed(deps, readQuery(c, namedQuery).name)
      return c.redirect(`/documents/${id}`)
    })
    .get("/:id", (c) => showDocument(c, deps))
    .get("/:id/text", async (c) => {
      const query = readQuery(c, textQuery)
      const document = await getHead(deps, documentId(c), query.version)
      const { reading } = await read(deps, document, query)
      const isEarlier = query.to !== undefined
      const page = `/documents/${document.id}${new URL(c.req.url).search}`
      return answerPart(c, page, () =>
        reading ? TextPart({ reading, earlier: isEarlier, later: !isEarlier }) : "",
      )
    })
    .get("/:id/compare", async (c) => {
      const id = documentId(c)
      const { from, to } = readQuery(c, compareQuery)
      const side = async (version: number) => {
        await getHead(deps, id, version)
        const content = await readCompared(deps, { documentId: id, version })
        return { version, content: content ?? null }
      }
      const sides = {
        document: await getHead(deps, id),
        from: await side(from),
        to: await side(to),
      }
      return c.html(CompareVersionsPage({ ...sides, ...frameOf(c) }))
    })
}

/** Shows a document. A citation opens the version it quotes, which may not be the current one. */
async function showDocument(c: Context, deps: FolderDeps): Promise<Response> {
  const query = readQuery(c, textQuery)
  const document = await getHead(deps, documentId(c), query.version)
  const { reading, sections } = await read(deps, document, query)
  const { id, page_starts } = document
  const pageStart = query.page && page_starts?.[query.page - 1]
  if (pageStart !== undefined) {
    const href = readingHref({ document, view: "source", passage: null }, { at: pageStart })
    return c.redirect(`${href}#page-${query.page}`)
  }
  const input = { query: query.q, document_ids: [id], top_k: RESULTS }
  const search = query.q && {
    search: { query: query.q, results: distinct(await retrieve(deps, input)) },
  }
  const page = { document, reading, sections, passage: reading?.passage ?? null, ...search }
  const versions = await listVersions(deps, id)
  return c.html(DocumentPage({ ...page, versions, ...frameOf(c) }))
}

async function read(
  deps: FolderDeps,
  document: DocumentHead,
  query: TextQuery,
): Promise<{ reading: Reading | null; sections: Section[] }> {
  const { id, content_version: version, page_starts } = document
  if (version === null) return { reading: null, sections: [] }
  const { start, end } = query
  const passage = start !== undefined && end !== undefined ? { start, end } : null
  const place = placeOf({ ...query, at: query.at ?? passage?.start })
  const window = await readPart(deps, { documentId: id, version }, place)
  const sections = await listSections(deps, id, version)
  const view = isMarkdown(document) ? (query.view ?? (passage ? "source" : "rendered")) : "source"
  const shown: Shown = {
    text: window.text,
    start: window.start,
    passage: passage ?? undefined,
    anchors: [...new Set(sections.map((section) => section.start))],
    pageStarts: page_starts ?? [],
  }
  const seconds = query.wait ? PATIENT_SECONDS : RENDER_SECONDS
  const rendered = await renderAs(document, view, shown, seconds)
  const [plain, html] =
    "plain" in rendered ? [rendered.plain, sourceHtml(shown)] : [undefined, rendered.html]
  const reading: Reading = {
    ...{ document, window, passage, plain, html },
    view: plain ? "source" : view,
  }
  return { reading, sections }
}

function placeOf({ from, to, at }: Pick<TextQuery, "from" | "to" | "at">): Place {
  if (from !== undefined) return { from }
  if (to !== undefined) return { to }
  return at === undefined ? { from: 0 } : { around: at }
}

/** Renders Markdown or highlights code. Other text is its own source. */
async function renderAs(
  { type, name }: DocumentHead,
  view: Reading["view"],
  shown: Shown,
  seconds: number,
): Promise<Rendered> {
  if (view === "rendered") return await render({ as: "markdown", name, ...shown }, seconds)
  if (type !== "code") return { html: sourceHtml(shown) }
  const language = extensionOf(name) || name.toLowerCase()
  return await render({ as: "code", language, ...shown }, seconds)
}

function documentId(c: Context): string {
  return pathId(c, "DocumentNotFoundError")
}

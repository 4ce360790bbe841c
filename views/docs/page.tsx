import type { Doc } from "../../src/features/docs/schema"
import type { Frame } from "../../src/platform/http/schema"
import { highlight } from "../documents/highlight"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { markdown } from "../markdown"

type DocIndexProps = Frame & { docs: readonly Doc[] }

export function DocIndexPage({ docs, ...frame }: DocIndexProps): JSX.Element {
  return (
    <Layout title="Documentation" {...frame}>
      <header class="page-head">
        <h1>Documentation</h1>
        <p class="lead">These pages are part of the program and work offline.</p>
      </header>
      <dl class="doc-list">
        {docs.map(({ name, title, about }) => (
          <div>
            <dt>
              <a href={`/docs/${name}`} safe>
                {title}
              </a>
            </dt>
            <dd safe>{about}</dd>
          </div>
        ))}
      </dl>
    </Layout>
  )
}

/** Converts the text of a page to safe HTML. `link` rewrites the targets of links. */
export function docHtml(text: string, link: (href: string) => string): string {
  return markdown(text, { prefix: "doc", shift: 0, link, highlight })
}

type DocPageProps = Frame & {
  doc: Doc
  docs: readonly Doc[]
  /** The result of `docHtml`. */
  html: string
}

/** One page of the documentation, with a list of its sections. */
export function DocPage({ doc, docs, html: safeHtml, ...frame }: DocPageProps): JSX.Element {
  return (
    <Layout title={`${doc.title} · Documentation`} {...frame}>
      <nav aria-label="Breadcrumb" class="crumbs">
        <a href="/docs">
          <Icon name="back" />
          <span>Documentation</span>
        </a>
      </nav>
      <div class="doc">
        <article class="prose">{safeHtml}</article>
        <aside class="doc-aside">
          <Sections html={safeHtml} />
          <nav class="doc-pages" aria-label="Documentation">
            <ul>
              {docs.map(({ name, title }) => (
                <li>
                  <a
                    href={`/docs/${name}`}
                    aria-current={name === doc.name ? "page" : undefined}
                    safe
                  >
                    {title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </aside>
      </div>
    </Layout>
  )
}

/** Links to the second-level headings found in the page's sanitised HTML. */
function Sections({ html }: { html: string }): JSX.Element {
  const headings = [...html.matchAll(/<h2 id="([^"]+)">(.*?)<\/h2>/g)]
  if (headings.length < 2) return ""
  return (
    <nav class="doc-sections" aria-label="On this page">
      <p class="overline">On this page</p>
      <ul>
        {headings.map(([, id = "", safeTitle = ""]) => (
          <li>
            <a href={`#${id}`}>{safeTitle}</a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

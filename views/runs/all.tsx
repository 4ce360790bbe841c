import { escapeHtml } from "@kitajs/html"
import type { Run, RunOwner, RunQuery, RunSummary } from "../../src/features/runs/schema"
import type { Frame } from "../../src/platform/http/schema"
import { runStatus } from "../../src/platform/shapes/run"
import { Empty } from "../empty"
import { costNote, plural } from "../format"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { runsHref } from "./href"
import { RunLines } from "./list"
import { statusBadge } from "./status"

export type RunsPageProps = Frame & {
  /** Newest first. */
  runs: Run[]
  /** Counted over all pages. */
  summary: RunSummary
  owners: RunOwner[]
  filter: RunQuery
  /** The page shows runs older than this one. */
  before: string | undefined
  next: string | undefined
  limit: number
}

/** All runs of workflows and agents. The URL holds the filters and the page. */
export function RunsPage(props: RunsPageProps): JSX.Element {
  const { filter, owners, before, limit, version, assets, signedIn } = props
  return (
    <Layout title="Runs" current="runs" {...{ version, assets, signedIn }}>
      <header class="page-head">
        <h1>Runs</h1>
      </header>
      <FilterForm filter={filter} owners={owners} />
      <section
        id="found-runs"
        aria-label="Runs"
        data-follow="runs"
        hx-get={runsHref({ ...filter, before, limit })}
        hx-select="#found-runs"
        hx-swap="outerMorph"
        hx-trigger="amelia:changed"
      >
        <Found {...props} />
      </section>
    </Layout>
  )
}

function Found({ runs, summary, filter, before, next, limit }: RunsPageProps): JSX.Element {
  if (runs.length === 0) return <Nothing filter={filter} before={before} />
  return (
    <>
      <p class="muted number" safe>
        {`${plural(summary.count, "run")}, ${costNote(summary)}`}
      </p>
      <RunLines runs={runs} />
      {before || next ? (
        <nav class="pager" aria-label="Pages">
          {before ? <a href={escapeHtml(runsHref({ ...filter, limit }))}>Newest runs</a> : null}
          {next ? (
            <a href={escapeHtml(runsHref({ ...filter, before: next, limit }))} rel="next">
              Older runs
            </a>
          ) : null}
        </nav>
      ) : null}
    </>
  )
}

function Nothing({ filter, before }: Pick<RunsPageProps, "filter" | "before">): JSX.Element {
  if (before || Object.values(filter).some(Boolean))
    return (
      <Empty icon="search" title="No matching runs">
        <a href="/runs">Show all runs</a>
      </Empty>
    )
  return (
    <Empty icon="play" title="No runs yet">
      Start one of the <a href="/workflows">workflows</a> or <a href="/agents">agents</a>.
    </Empty>
  )
}

/** Applies each change at once; without scripts, the button does. */
function FilterForm({ filter, owners }: Pick<RunsPageProps, "filter" | "owners">): JSX.Element {
  return (
    <search>
      <form
        class="filters"
        method="get"
        action="/runs"
        hx-get="/runs"
        hx-target="#found-runs"
        hx-select="#found-runs"
        hx-swap="outerMorph"
        hx-sync="#found-runs:replace"
        hx-replace-url="true"
        hx-trigger="input delay:200ms, submit"
      >
        <div class="search">
          <Icon name="search" />
          <input
            type="search"
            name="query"
            value={escapeHtml(filter.query ?? "")}
            aria-label="Search runs"
            placeholder="Search by request, name or id"
            maxlength="1000"
            autocomplete="off"
          />
        </div>
        <select name="status" aria-label="Status">
          <option value="">Any status</option>
          {runStatus.options.map((status) => (
            <option value={status} selected={status === filter.status} safe>
              {statusBadge(status).label}
            </option>
          ))}
        </select>
        <select name="of" aria-label="Workflow or agent">
          <option value="">All workflows and agents</option>
          <Owners label="Workflows" owners={owners} kind="workflow" chosen={filter.of} />
          <Owners label="Agents" owners={owners} kind="agent" chosen={filter.of} />
        </select>
        <button class="button unscripted" type="submit">
          Show
        </button>
      </form>
    </search>
  )
}

type OwnersProps = {
  label: string
  owners: RunOwner[]
  kind: RunOwner["kind"]
  chosen: string | undefined
}

function Owners({ label, owners, kind, chosen }: OwnersProps): JSX.Element {
  const own = owners.filter((owner) => owner.kind === kind)
  if (own.length === 0) return ""
  return (
    <optgroup label={label}>
      {own.map(({ id, name }) => (
        <option value={id} selected={id === chosen} safe>
          {name}
        </option>
      ))}
    </optgroup>
  )
}

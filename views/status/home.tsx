import type { Picker } from "../../src/features/library/schema"
import type { Run } from "../../src/features/runs/schema"
import type { Preset } from "../../src/features/workflows/schema"
import type { Frame } from "../../src/platform/http/schema"
import { Empty } from "../empty"
import { Layout } from "../layout"
import { RunList } from "../runs/list"
import { StartForm } from "../workflows/start"
import { FirstUse } from "./first-use"
import { Health, type HealthProps } from "./health"

export type HomePageProps = Frame & {
  running: Run[]
  waiting: Run[]
  recent: Run[]
  health: HealthProps["health"]
  today: HealthProps["today"]
  /** The number of documents. */
  documents: number
  /** Documents to choose from in the start form. */
  picker?: Picker
  model: HealthProps["model"]
  presets: Preset[]
}

/** Running, waiting and recent runs. On first use, how to get started. */
export function HomePage(props: HomePageProps): JSX.Element {
  const { running, waiting, recent, documents, presets, signedIn, version, assets } = props
  const runs = running.length + waiting.length + recent.length
  const firstUse = documents === 0
  return (
    <Layout title="Home" current="home" {...{ version, assets, signedIn }}>
      <header class="page-head">
        <h1>{firstUse ? "Welcome to Amelia" : "Home"}</h1>
        {firstUse && <p class="lead">From documents to a plan, on your own machine.</p>}
      </header>
      <div class="home">
        <div class="home-main">
          {firstUse ? <FirstUse presets={presets} /> : <StartPanel {...props} />}
          {runs > 0 && <Runs running={running} waiting={waiting} recent={recent} />}
        </div>
        <Health {...props} />
      </div>
    </Layout>
  )
}

function StartPanel({ presets, picker }: HomePageProps): JSX.Element {
  const [preset] = presets
  if (!preset) return ""
  return (
    <section class="panel" aria-labelledby="start-head">
      <div class="panel-head">
        <h2 id="start-head" safe>
          {preset.title}
        </h2>
        <a href="/workflows">Other workflows</a>
      </div>
      <StartForm action={`/workflows/${preset.name}/start`} picker={picker} />
    </section>
  )
}

type RunsProps = Pick<HomePageProps, "running" | "waiting" | "recent">

function Runs({ running, waiting, recent }: RunsProps): JSX.Element {
  const live = { url: "/", follow: "runs" }
  return (
    <div
      id="home-runs"
      data-follow="runs"
      hx-get="/"
      hx-select="#home-runs"
      hx-swap="outerMorph"
      hx-trigger="amelia:changed"
    >
      {waiting.length > 0 && (
        <section aria-labelledby="waiting-head">
          <h2 id="waiting-head">Needs your decision</h2>
          <RunList {...live} id="waiting" runs={waiting} />
        </section>
      )}
      {running.length > 0 && (
        <section aria-labelledby="running-head">
          <h2 id="running-head">Running now</h2>
          <RunList {...live} id="running" runs={running} />
        </section>
      )}
      <section aria-labelledby="recent-head">
        <div class="panel-head">
          <h2 id="recent-head">Recent runs</h2>
          <a href="/runs">All runs</a>
        </div>
        <RunList {...live} id="recent" runs={recent}>
          <Empty icon="workflows" title="Nothing finished yet">
            Start a workflow above. Its runs appear here.
          </Empty>
        </RunList>
      </section>
    </div>
  )
}

import type { ListedProvider } from "../../src/engines/models/schema"
import type { ProviderTest } from "../../src/features/settings/schema"
import { fixFor, type Standing } from "../../src/platform/shapes/provider-standing"
import { Empty } from "../empty"
import { formatDuration, plural } from "../format"
import { Icon } from "../icon"
import { type Badge, Pill } from "../pill"

export type ProviderState = ListedProvider & Standing

type ProvidersProps = {
  providers: ProviderState[]
  config_file: string
  tested: ProviderTest | undefined
}

/**
 * Who can answer and how they stand. It looks again when a warning comes, as when a provider is
 * left alone, and every few seconds until all are asked again, since no event tells of that.
 */
export function Providers({ providers, config_file, tested }: ProvidersProps): JSX.Element {
  const isQuiet = providers.every(({ state }) => state === "closed")
  const hasModel = providers.some(({ name, usable }) => usable && name !== "offline")
  return (
    <section
      id="providers"
      aria-labelledby="providers-head"
      data-follow="system"
      hx-get="/settings"
      hx-select="#providers"
      hx-swap="outerMorph"
      hx-trigger={isQuiet ? "amelia:changed" : "amelia:changed, every 2s"}
    >
      <h2 id="providers-head">Providers</h2>
      {!hasModel && <NoModel config_file={config_file} />}
      <div class="cards">
        {providers.map((provider) => (
          <ProviderCard
            {...{ provider, config_file: hasModel ? config_file : undefined }}
            tested={tested?.provider === provider.name ? tested : undefined}
          />
        ))}
      </div>
    </section>
  )
}

function NoModel({ config_file }: { config_file: string }): JSX.Element {
  return (
    <Empty icon="settings" title="No language model is set up yet">
      Write <code>ANTHROPIC_API_KEY=sk-ant-…</code> or <code>OPENROUTER_API_KEY=sk-or-…</code> into{" "}
      <code safe>{config_file}</code> and start Amelia again, or start Ollama. Until then sentences
      are extracted from your documents by rules.
    </Empty>
  )
}

type ProviderCardProps = Pick<ProvidersProps, "tested"> & {
  provider: ProviderState
  /** To tell how it is set up, unless that is told of all. */
  config_file: string | undefined
}

function ProviderCard({ provider, config_file, tested }: ProviderCardProps): JSX.Element {
  const { name, title, status, note, usable } = provider
  const mend = config_file && status === "missing" ? fixFor(status, config_file) : null
  return (
    <article class="card provider" id={`provider-${name}`} aria-labelledby={`${name}-head`}>
      <div class="panel-head">
        <h3 id={`${name}-head`} safe>
          {title}
        </h3>
        <Pill {...badgeOf(provider)} />
      </div>
      <p class="muted" safe>
        {mend ? `${note} ${mend}` : note}
      </p>
      <ModelList {...provider} />
      {usable ? (
        <form
          class="provider-test"
          method="post"
          action={`/settings/providers/${name}/test`}
          hx-post={`/settings/providers/${name}/test`}
          hx-select={`#${name}-test > *`}
          hx-target={`#${name}-test`}
          hx-swap="innerHTML"
          hx-disable="find button"
        >
          <button class="button" type="submit" aria-describedby={`${name}-head`}>
            <Icon name="play" />
            Test
          </button>
          <span class="muted waiting">
            <span class="spinner" aria-hidden="true"></span> Asks it one small question…
          </span>
        </form>
      ) : null}
      {/* What a test said stays when the rest is fetched again. */}
      <div id={`${name}-test`} role="status" hx-morph-skip>
        {tested ? <TestResult tested={tested} /> : null}
      </div>
    </article>
  )
}

function badgeOf({ state, usable }: ProviderState): Badge {
  switch (state) {
    case "closed":
      if (usable) return { label: "Ready", tone: "good", icon: "check" }
      return { label: "Not set up", tone: "neutral", icon: "dash" }
    case "open":
      return { label: "Left alone", tone: "bad", icon: "alert" }
    case "half_open":
      return { label: "Being tried", tone: "attention", icon: "clock" }
  }
}

function ModelList({ name, usable, models }: ProviderState): JSX.Element {
  if (!usable || models.length === 0 || name === "offline") return ""
  return (
    <details class="fold" id={`${name}-models`}>
      <summary safe>{plural(models.length, "model")}</summary>
      <ul class="models">
        {models.map((model) => (
          <li>
            <code safe>{model}</code>
          </li>
        ))}
      </ul>
    </details>
  )
}

function TestResult({ tested }: { tested: ProviderTest }): JSX.Element {
  const { ok, sentence, error, duration_ms, first_token_ms } = tested
  const took = [`after ${formatDuration(duration_ms)}`]
  if (first_token_ms !== undefined) took.push(`first word after ${formatDuration(first_token_ms)}`)
  const asked = error === "ServiceUnavailableError" ? "It was not asked." : took.join(", ")
  return (
    <div class="callout" data-tone={ok ? "good" : "bad"}>
      <Icon name={ok ? "check" : "alert"} />
      <p>
        <span safe>{sentence}</span>
        <br />
        <span class="muted number" safe>
          {asked}
        </span>
      </p>
    </div>
  )
}

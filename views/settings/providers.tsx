import type { ProviderState, ProviderTest } from "../../src/features/settings/schema"
import { Empty } from "../empty"
import { formatDuration, plural } from "../format"
import { Icon } from "../icon"
import { type Badge, Pill } from "../pill"

type ProvidersProps = {
  providers: ProviderState[]
  tested: ProviderTest | undefined
}

/**
 * The providers with their status. Refreshes on a warning, for example when a provider is paused,
 * and then every two seconds until all have recovered, because no event announces that.
 */
export function Providers({ providers, tested }: ProvidersProps): JSX.Element {
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
      <p>
        <a href="/settings/start">Get started: set up a provider</a>
      </p>
      {!hasModel && <NoModel />}
      <div class="cards">
        {providers.map((provider) => (
          <ProviderCard
            provider={provider}
            tested={tested?.provider === provider.name ? tested : undefined}
          />
        ))}
      </div>
    </section>
  )
}

function NoModel(): JSX.Element {
  return (
    <Empty icon="settings" title="No language model is set up yet">
      Until you set one up, Amelia only picks sentences from your documents by rules.
    </Empty>
  )
}

type ProviderCardProps = Pick<ProvidersProps, "tested"> & { provider: ProviderState }

function ProviderCard({ provider, tested }: ProviderCardProps): JSX.Element {
  const { name, title, note, fix, usable, refuses } = provider
  return (
    <article class="card provider" id={`provider-${name}`} aria-labelledby={`${name}-head`}>
      <div class="panel-head">
        <h3 id={`${name}-head`} safe>
          {title}
        </h3>
        <Pill {...badgeOf(provider)} />
      </div>
      <p class="muted" safe>
        {fix === null ? note : `${note} ${fix}`}
      </p>
      <ModelList {...provider} />
      {usable || refuses ? (
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
            <span class="spinner" aria-hidden="true"></span> Asking it a short question…
          </span>
        </form>
      ) : null}
      {/* The test result stays when the rest is refreshed. */}
      <div id={`${name}-test`} role="status" hx-morph-skip>
        {tested ? <TestResult tested={tested} /> : null}
      </div>
    </article>
  )
}

export function badgeOf({ state, usable, refuses }: ProviderState): Badge {
  if (refuses) return { label: "Not ready", tone: "bad", icon: "alert" }
  switch (state) {
    case "closed":
      if (usable) return { label: "Ready", tone: "good", icon: "check" }
      return { label: "Not set up", tone: "neutral", icon: "dash" }
    case "open":
      return { label: "Paused", tone: "bad", icon: "alert" }
    case "half_open":
      return { label: "Trying again", tone: "attention", icon: "clock" }
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

import { type DefaultModel, type FoundProvider, isReady } from "../../src/features/settings/schema"
import type { Frame } from "../../src/platform/http/schema"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { Pill } from "../pill"
import { badgeOf } from "./providers"

export type StartPageProps = Frame & {
  providers: FoundProvider[]
  model: DefaultModel
  settings_file: string
  /** Why nothing was kept for this provider. */
  problem?: { name: string; sentence: string }
  /** The provider that was just set up. */
  kept?: string | undefined
}

/** Each provider with its tested state, and what it needs: a key, a login, a server. */
export function StartPage(props: StartPageProps): JSX.Element {
  const { providers, model, settings_file, problem, kept, ...frame } = props
  const shown = providers.filter(({ name }) => name !== "offline")
  const done = shown.find((provider) => provider.name === kept && isReady(provider))
  return (
    <Layout title="Get started" current="settings" {...frame}>
      <header class="page-head">
        <h1>Get started</h1>
        <p class="lead">
          Choose the language model that answers. One of these is enough, and you can change it
          later in the <a href="/settings">settings</a>.
        </p>
      </header>
      {done ? (
        <div class="callout" data-tone="good" role="status">
          <Icon name="check" />
          <p safe>{`${done.title} is set up. It is kept in ${settings_file}.`}</p>
        </div>
      ) : null}
      <p>
        {model.note === null ? (
          <>
            <code safe>{model.id}</code> answers now.
          </>
        ) : (
          <span safe>{model.note}</span>
        )}
      </p>
      {shown.map((provider) => (
        <ProviderSetup
          {...{ provider, current: model.id }}
          problem={problem?.name === provider.name ? problem.sentence : undefined}
        />
      ))}
      <p>
        <a class="button" href="/settings/start">
          Look again
        </a>
      </p>
    </Layout>
  )
}

type SetupProps = { provider: FoundProvider; current: string; problem: string | undefined }

function ProviderSetup({ provider, current, problem }: SetupProps): JSX.Element {
  const { name, title, note, fix, key_setting, answer } = provider
  const ready = isReady(provider)
  const shown = ready || answer?.ok !== false ? provider : { ...provider, refuses: true }
  return (
    <section class="panel" aria-labelledby={`${name}-head`}>
      <div class="panel-head">
        <h2 id={`${name}-head`} safe>
          {title}
        </h2>
        <Pill {...badgeOf(shown)} />
      </div>
      <p class="muted" safe>
        {answer?.sentence ?? note}
      </p>
      {!ready && key_setting === null && fix !== null ? <p safe>{fix}</p> : null}
      {key_setting === null ? null : <KeyForm provider={provider} />}
      {ready ? <ModelForm {...{ provider, current }} /> : null}
      <div id={`${name}-problem`}>
        {problem === undefined ? null : (
          <div class="callout" data-tone="bad" role="alert">
            <Icon name="alert" />
            <p safe>{problem}</p>
          </div>
        )}
      </div>
    </section>
  )
}

/** If it fails, only the problem is swapped in, so that the input stays. */
function posting(name: string): Record<string, string> {
  const action = `/settings/start/${name}`
  const into = `#${name}-problem`
  return {
    ...{ method: "post", action, "hx-post": action, "hx-disable": "find button" },
    ...{ "hx-target": into, "hx-select": `${into} > *`, "hx-swap": "innerHTML" },
  }
}

function KeyForm({ provider }: { provider: FoundProvider }): JSX.Element {
  const { name, title, shown_key } = provider
  return (
    <form class="fields setup-form" {...posting(name)}>
      <div class="field">
        <label for={`${name}-key`} safe>
          {shown_key === null ? `API key of ${title}` : `Replace the key ${shown_key}`}
        </label>
        <input
          id={`${name}-key`}
          type="password"
          name="key"
          required
          maxlength="1000"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
        />
      </div>
      <button class="button" type="submit">
        Test and keep
      </button>
      <span class="muted waiting">
        <span class="spinner" aria-hidden="true"></span> Testing it…
      </span>
    </form>
  )
}

function ModelForm({ provider, current }: Omit<SetupProps, "problem">): JSX.Element {
  const { name, title, answer, models: known, default_model } = provider
  const models = answer?.models.length ? answer.models : known
  const chosen = models.find((model) => `${name}/${model}` === current) ?? default_model
  return (
    <form class="fields setup-form" {...posting(name)}>
      <div class="field">
        <label for={`${name}-model`} safe>
          {`Model of ${title}`}
        </label>
        <select id={`${name}-model`} name="model">
          {models.map((model) => (
            <option value={model} selected={model === chosen} safe>
              {model}
            </option>
          ))}
        </select>
      </div>
      <button class="button" type="submit">
        Use by default
      </button>
    </form>
  )
}

import { escapeHtml } from "@kitajs/html"
import type { Prompt } from "../../src/features/prompts/schema"
import type { Frame } from "../../src/platform/http/schema"
import { Empty } from "../empty"
import { posted } from "../form"
import { Icon } from "../icon"
import { Layout } from "../layout"

export function PromptsPage({ prompts, ...frame }: Frame & { prompts: Prompt[] }): JSX.Element {
  return (
    <Layout title="Prompts" current="chat" {...frame}>
      <header class="page-head">
        <h1>Prompts</h1>
        <p class="lead">
          What you ask again and again. Type a slash in a chat to choose one; <kbd>Tab</kbd> goes to
          its variables, such as <code>{"{{file}}"}</code> or <code>{"{{tone=short}}"}</code>.
        </p>
      </header>
      <section id="prompts" aria-label="All prompts">
        {prompts.length === 0 ? (
          <Empty icon="chat" title="No prompts yet">
            Add one below, such as <code>review</code>: “Review {"{{file}}"} and list what could
            break.”
          </Empty>
        ) : (
          <ul class="prompts">
            {prompts.map((prompt) => (
              <PromptItem prompt={prompt} />
            ))}
          </ul>
        )}
      </section>
      <section class="panel" aria-labelledby="new-head">
        <h2 id="new-head">New prompt</h2>
        <PromptForm action="/prompts" button="Add" />
      </section>
    </Layout>
  )
}

function PromptItem({ prompt }: { prompt: Prompt }): JSX.Element {
  const { id, name, body } = prompt
  const action = `/prompts/${id}`
  // The renderer escapes only quotes in attributes.
  const question = escapeHtml(`Delete /${name}?`)
  return (
    <li id={`prompt-${id}`}>
      <details>
        <summary>
          <strong safe>{`/${name}`}</strong>
          <span class="muted" safe>
            {body.replace(/\s+/g, " ").slice(0, 160)}
          </span>
        </summary>
        <PromptForm action={action} prompt={prompt} button="Save" />
        <form method="post" action={`${action}/delete`} data-confirm={question}>
          <button class="button" type="submit">
            <Icon name="trash" />
            Delete
          </button>
        </form>
      </details>
    </li>
  )
}

type FormProps = { action: string; prompt?: Prompt; button: string }

function PromptForm({ action, prompt, button }: FormProps): JSX.Element {
  const key = prompt?.id ?? "new"
  return (
    <form class="form" {...posted(action)}>
      <div class="field">
        <label for={`name-${key}`}>Name</label>
        <input
          {...{ id: `name-${key}`, name: "name", type: "text", required: true, maxlength: "64" }}
          {...{ autocomplete: "off", spellcheck: "false", placeholder: "review" }}
          value={escapeHtml(prompt?.name ?? "")}
        />
      </div>
      <div class="field">
        <label for={`body-${key}`}>Text</label>
        <textarea id={`body-${key}`} name="body" rows="5" required maxlength="20000" safe>
          {prompt?.body ?? ""}
        </textarea>
      </div>
      <button class="button primary" type="submit" safe>
        {button}
      </button>
    </form>
  )
}

import { escapeHtml } from "@kitajs/html"
import type { Agent } from "../../src/features/agents/schema"
import type { Picker } from "../../src/features/library/schema"
import { agentTypes } from "../../src/platform/shapes/agent-type"
import { DocumentPicker } from "../documents/picker"
import { posted } from "../form"
import type { StartFormProps } from "../workflows/start"
import { SessionFields } from "./session"
import { typeNotes } from "./type"

export type AgentFormProps = Pick<StartFormProps, "models"> & {
  action: string
  sources: Picker
  /** The agent to edit. Without it, the form creates one. */
  agent?: Agent
}

/** All options of an agent. Empty fields use the settings. */
export function AgentForm({ action, agent, sources, models }: AgentFormProps): JSX.Element {
  const config = agent?.config
  return (
    <form class="fields" {...posted(action)}>
      {agent ? <input type="hidden" name="version" value={String(agent.version)} /> : null}
      <div class="field-row">
        <Field name="name" label="Name" value={config?.name} required maxlength="200" />
        <TypeField chosen={agent?.type} />
      </div>
      <Field
        name="description"
        label="Description"
        value={config?.description}
        maxlength="2000"
        note="For people; the agent doesn't see it."
      />
      <div class="field">
        <label for="system_prompt">Instructions</label>
        <textarea
          id="system_prompt"
          name="system_prompt"
          rows="4"
          maxlength="20000"
          aria-describedby="system_prompt-note"
          placeholder="You answer new colleagues' questions in plain words."
          safe
        >
          {config?.system_prompt ?? ""}
        </textarea>
        <p class="muted" id="system_prompt-note">
          Required for a custom agent; added to the built-in instructions of the others.
        </p>
      </div>
      <Sources picker={sources} />
      <SessionFields config={config} />
      <Limits config={config} models={models ?? []} />
      <button class="button primary" type="submit">
        {agent ? "Save" : "Create agent"}
      </button>
    </form>
  )
}

type FieldProps = {
  name: string
  label: string
  value?: string | number
  note?: string
  [attribute: string]: string | number | boolean | undefined
}

export function Field({ name, label, value, note, ...attributes }: FieldProps): JSX.Element {
  return (
    <div class="field">
      <label for={name} safe>
        {label}
      </label>
      <input
        id={name}
        type="text"
        name={name}
        value={value === undefined ? undefined : escapeHtml(String(value))}
        autocomplete="off"
        aria-describedby={note ? `${name}-note` : undefined}
        {...attributes}
      />
      {note ? (
        <p class="muted" id={`${name}-note`} safe>
          {note}
        </p>
      ) : null}
    </div>
  )
}

function TypeField({ chosen }: { chosen: Agent["type"] | undefined }): JSX.Element {
  return (
    <div class="field">
      <label for="type">Type</label>
      <select id="type" name="type">
        {agentTypes.map((type) => (
          <option value={type} selected={type === chosen} safe>
            {`${type}: ${typeNotes[type]}`}
          </option>
        ))}
      </select>
    </div>
  )
}

function Sources({ picker }: { picker: Picker }): JSX.Element {
  return (
    <div class="field">
      <p>Sources</p>
      {picker.total + picker.picked.length > 0 ? (
        <DocumentPicker picker={picker} />
      ) : (
        <p class="muted">
          There are no documents yet: <a href="/documents">add some</a> for it to read.
        </p>
      )}
    </div>
  )
}

type LimitsProps = { config: Agent["config"] | undefined } & Required<
  Pick<AgentFormProps, "models">
>

function Limits({ config, models = [] }: LimitsProps): JSX.Element {
  const ids = models.map(({ id }) => id)
  const chosen = config && config.model !== "auto" ? config.model : ""
  const number = { type: "number", placeholder: "From the settings" }
  const whole = { ...number, step: 1 }
  return (
    <details class="fold" id="limits">
      <summary>Model and limits</summary>
      <div class="field-row limits">
        <div class="field">
          <label for="model">Model</label>
          <select id="model" name="model">
            <option value="">From the settings</option>
            {[...new Set([...ids, chosen])].filter(Boolean).map((id) => (
              <option value={id} selected={id === chosen} safe>
                {id}
              </option>
            ))}
          </select>
        </div>
        <Field
          {...{ name: "temperature", label: "Temperature", value: config?.temperature }}
          {...{ ...number, min: 0, max: 2, step: "any" }}
        />
        <Field
          {...{
            name: "max_tokens",
            label: "Maximum answer length, in tokens",
            value: config?.max_tokens,
          }}
          {...{ ...whole, min: 1, max: 1_000_000 }}
        />
        <Field
          {...{
            name: "timeout",
            label: "Timeout per attempt, in seconds",
            value: config?.timeout ?? 300,
          }}
          {...{ ...number, min: 0.1, max: 86_400, step: "any", required: true }}
        />
        <Field
          {...{ name: "retry_attempts", label: "Retries", required: true }}
          {...{ ...whole, min: 0, max: 10, value: config?.retry_attempts ?? 3 }}
        />
      </div>
    </details>
  )
}

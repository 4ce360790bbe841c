import type { Children } from "@kitajs/html"
import type { Document } from "../../src/features/documents/schema"
import { posted } from "../form"
import { plural } from "../format"
import { Icon } from "../icon"

export type StartFormProps = {
  /** Receives `query`, `document_ids` (repeated; none means all) and `model`. */
  action: string
  documents: Pick<Document, "id" | "name" | "status">[]
  /** Model ids to choose from. Without a choice, the settings decide. */
  models?: { id: string; note: string }[]
  /** Unique on the page. */
  id?: string
  query?: string
  /** More fields, between the question and the options. */
  children?: Children
}

/** Asks what to work on and starts the workflow. */
export function StartForm({
  action,
  documents,
  models,
  id = "start",
  query,
  children,
}: StartFormProps): JSX.Element {
  return (
    <form class="start" {...posted(action)}>
      <label for={`${id}-query`}>What should be done?</label>
      <textarea
        id={`${id}-query`}
        name="query"
        rows="3"
        required
        maxlength="20000"
        placeholder="Plan the offline mode that the requirements describe."
        safe
      >
        {query ?? ""}
      </textarea>
      {children}
      <div class="start-options">
        {documents.length > 0 && <DocumentChoice documents={documents} />}
        {models && models.length > 0 ? <ModelChoice models={models} id={id} /> : null}
        <button class="button primary" type="submit">
          <Icon name="play" />
          Start
        </button>
      </div>
    </form>
  )
}

type DocumentChoiceProps = Pick<StartFormProps, "documents"> & {
  name?: string
  /** The ids of the initially selected documents. */
  chosen?: string[]
}

export function DocumentChoice({
  documents,
  name: field = "document_ids",
  chosen = [],
}: DocumentChoiceProps): JSX.Element {
  const usable = documents.filter(({ status }) => status === "indexed")
  return (
    <details class="choice">
      <summary>
        <Icon name="documents" />
        <span class="choice-all" safe>
          {usable.length === 1 ? "The only document" : `All ${plural(usable.length, "document")}`}
        </span>
        <span class="choice-some">Selected documents</span>
      </summary>
      <fieldset>
        <legend class="muted">Select some to use only those.</legend>
        {usable.map(({ id, name }) => (
          <label class="tick-line">
            <input type="checkbox" name={field} value={id} checked={chosen.includes(id)} />
            <span safe>{name}</span>
          </label>
        ))}
      </fieldset>
    </details>
  )
}

type ModelChoiceProps = { models: { id: string; note: string }[]; id: string }

function ModelChoice({ models, id }: ModelChoiceProps): JSX.Element {
  return (
    <>
      <label class="hidden-text" for={`${id}-model`}>
        Model
      </label>
      <select id={`${id}-model`} name="model">
        <option value="">Automatic model</option>
        {models.map((model) => (
          <option value={model.id} safe>
            {model.note ? `${model.id} (${model.note})` : model.id}
          </option>
        ))}
      </select>
    </>
  )
}

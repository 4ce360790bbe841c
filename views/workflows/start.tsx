import type { Children } from "@kitajs/html"
import type { Picker } from "../../src/features/library/schema"
import { DocumentPicker } from "../documents/picker"
import { posted } from "../form"
import { Icon } from "../icon"

export type StartFormProps = {
  /** Receives `query`, `model` and the fields of the picker. */
  action: string
  /** The documents to choose from. Without it, all are used. */
  picker?: Picker
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
  picker,
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
        {picker && picker.total > 0 ? <DocumentPicker picker={picker} /> : null}
        {models && models.length > 0 ? <ModelChoice models={models} id={id} /> : null}
        <button class="button primary" type="submit">
          <Icon name="play" />
          Start
        </button>
      </div>
    </form>
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

import { escapeHtml } from "@kitajs/html"
import {
  PICKED_MAX,
  type Pickable,
  type Picker,
  SHOWN_STEP,
} from "../../src/features/library/schema"
import { plural } from "../format"
import { Icon } from "../icon"

const PATH = "/documents/pick"

/** Chooses all documents or some. Without scripts, filtering loads the page again. */
export function DocumentPicker({ picker }: { picker: Picker }): JSX.Element {
  const { field, query, total, folders } = picker
  const isAll = query.pick_scope === "all"
  return (
    <details
      class="picker"
      id={`picker-${field}`}
      open={picker.isOpen}
      data-total={total}
      data-scope={query.pick_scope}
    >
      <summary>
        <Icon name="documents" />
        <span data-pick-summary safe>
          {isAll ? allOf(total) : someOf(picker.picked.length, total)}
        </span>
      </summary>
      <fieldset data-field={field}>
        <legend class="hidden-text">Documents to use</legend>
        <input type="hidden" name="pick_field" value={field} />
        <div class="pick-scope">
          <label class="tick-line">
            <input type="radio" name="pick_scope" value="all" checked={isAll} />
            <span safe>{allOf(total)}</span>
          </label>
          <label class="tick-line">
            <input type="radio" name="pick_scope" value="some" checked={!isAll} />
            <span>Only the ones I choose</span>
          </label>
        </div>
        <div class="pick-some">
          <div class="pick-bar">
            <input
              type="search"
              name="pick_find"
              value={escapeHtml(query.pick_find)}
              placeholder="Filter by name"
              aria-label="Filter documents"
              autocomplete="off"
              {...refind(field)}
              hx-trigger="input changed delay:200ms"
            />
            {folders.length > 0 && <FolderChoice {...picker} />}
            <button class="button unscripted" type="submit" {...unchecked(field)}>
              Filter
            </button>
          </div>
          <PickLists picker={picker} />
        </div>
      </fieldset>
    </details>
  )
}

/** Lists replaced by each filtering: what is chosen stays a field of the form. */
export function PickLists({ picker }: { picker: Picker }): JSX.Element {
  const { field, picked, found, matching, query } = picker
  const more = matching - found.length
  const room = PICKED_MAX - picked.length
  return (
    <div id={`picks-${field}`} class="pick-lists">
      <div>
        <p class="muted" role="status" safe>
          {foundText(picker)}
        </p>
        <ul class="pick-list" data-pick-found>
          {found.map((document) => (
            <Pick field={field} document={document} />
          ))}
        </ul>
        <p class="pick-more">
          {more > 0 && query.pick_shown < PICKED_MAX && (
            <PickButton
              {...{ field, name: "pick_shown", value: query.pick_shown + SHOWN_STEP }}
              label={`Show ${Math.min(more, SHOWN_STEP)} more`}
            />
          )}
          {matching > 1 && matching <= room && (
            <PickButton
              {...{ field, name: "pick_matching", value: "true" }}
              label={`Choose all ${matching.toLocaleString("en")}`}
            />
          )}
          {matching > room && (
            <span class="muted" safe>
              {`At most ${PICKED_MAX.toLocaleString("en")} can be chosen one by one.`}
            </span>
          )}
        </p>
      </div>
      {picked.length > 0 && (
        <div>
          <p class="muted" id={`picked-${field}`}>
            Chosen before; untick to leave out
          </p>
          <ul class="pick-list" aria-labelledby={`picked-${field}`}>
            {picked.map((document) => (
              <Pick field={field} document={document} checked />
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

type PickProps = { field: string; document: Pickable; checked?: boolean }

function Pick({ field, document: { id, name }, checked = false }: PickProps): JSX.Element {
  return (
    <li id={escapeHtml(`pick-${field}-${id}`)}>
      <label class="tick-line">
        <input type="checkbox" name={field} value={escapeHtml(id)} checked={checked} />
        <span title={escapeHtml(name)} safe>
          {name}
        </span>
      </label>
    </li>
  )
}

function FolderChoice({ field, folders, query }: Picker): JSX.Element {
  const options = [{ id: "", name: "Any folder" }, ...folders, { id: "none", name: "No folder" }]
  return (
    <select name="pick_folder" aria-label="Folder" {...refind(field)} hx-trigger="change">
      {options.map(({ id, name }) => (
        <option value={id} selected={id === query.pick_folder} safe>
          {name}
        </option>
      ))}
    </select>
  )
}

type PickButtonProps = { field: string; name: string; value: string | number; label: string }

function PickButton({ field, name, value, label }: PickButtonProps): JSX.Element {
  return (
    <button
      class="button quiet"
      type="submit"
      name={name}
      value={String(value)}
      {...unchecked(field)}
      {...refind(field)}
      safe
    >
      {label}
    </button>
  )
}

/** Filtering needs no complete form. Without scripts, the new page opens at the picker. */
function unchecked(field: string) {
  return { formaction: `${PATH}#picker-${field}`, formnovalidate: true }
}

/** Sends the whole form, so that the answer knows what is chosen. */
function refind(field: string): Record<string, string> {
  return {
    "hx-post": PATH,
    "hx-target": `#picks-${field}`,
    "hx-swap": "outerMorph",
    "hx-sync": `#picks-${field}:replace`,
    "hx-validate": "false",
  }
}

function foundText({ found, matching, picked, query }: Picker): string {
  const isFiltered = query.pick_find !== "" || query.pick_folder !== ""
  if (matching === 0) return isFiltered ? "No other document matches." : "All are chosen."
  const what = isFiltered ? "matching " : picked.length > 0 ? "other " : ""
  const all = plural(matching, `${what}document`)
  return found.length < matching ? `${found.length} of ${all}` : all
}

function allOf(total: number): string {
  return total === 1 ? "The only document" : `All ${plural(total, "document")}`
}

/** static/picker.js counts in the same words. */
function someOf(count: number, total: number): string {
  return count === 0 ? "No document chosen" : `${count} of ${plural(total, "document")}`
}

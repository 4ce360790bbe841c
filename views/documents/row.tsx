import { escapeHtml } from "@kitajs/html"
import type { Document } from "../../src/features/documents/schema"
import { formatBytes } from "../format"
import { Icon } from "../icon"
import { Ago } from "../time"
import { DocumentPill, RetryForm, typeName } from "./status"

/** One document in the list. On a narrow screen, its details are below the name. */
export function DocumentRow({ document }: { document: Document }): JSX.Element {
  const { id, name, type, status, chunk_count, file_size, version, updated_at } = document
  return (
    <tr id={`document-${id}`}>
      <td class="row-pick">
        <input
          type="checkbox"
          name="id"
          value={id}
          form="chosen"
          aria-label={escapeHtml(`Select ${name}`)}
        />
      </td>
      <th scope="row">
        <a class="card-link" href={`/documents/${id}`} safe>
          {name}
        </a>
        <span class="row-note muted" safe>
          {`${typeName(type)} · ${formatBytes(file_size)}${version > 1 ? ` · version ${version}` : ""}`}
        </span>
        {document.error ? (
          <span class="row-error" safe>
            {document.error}
          </span>
        ) : null}
      </th>
      <td>
        <DocumentPill document={document} />
      </td>
      <td class="wide-only muted" safe>
        {typeName(type)}
      </td>
      <td class="wide-only number muted">{chunk_count}</td>
      <td class="wide-only number muted" safe>
        {formatBytes(file_size)}
      </td>
      <td class="wide-only number muted">{version}</td>
      <td class="middle-only muted">
        <Ago at={updated_at} />
      </td>
      <td class="row-action">
        {status === "failed" && <RetryForm document={document} />}
        <DeleteForm document={document} row />
      </td>
    </tr>
  )
}

type DeleteFormProps = { document: Document; row?: boolean }

/** Asks before deleting. In the list it removes only the row; elsewhere it returns to the list. */
export function DeleteForm({ document, row = false }: DeleteFormProps): JSX.Element {
  const { id, name } = document
  // The renderer escapes only quotes in attributes, so a name with "&lt;" needs escaping here.
  const question = escapeHtml(`Delete “${name}”? Its text and passages are deleted too.`)
  const label = row ? `Delete ${name}` : "Delete"
  const swap = { "hx-delete": `/documents/${id}`, "hx-confirm": question, "hx-swap": "delete" }
  return (
    <form
      method="post"
      action={`/documents/${id}/delete`}
      data-confirm={row ? undefined : question}
      {...(row && { ...swap, "hx-target": "closest tr" })}
    >
      <button class={row ? "button quiet icon-only" : "button"} type="submit" title="Delete">
        <Icon name="trash" />
        <span class={row ? "hidden-text" : ""} safe>
          {label}
        </span>
      </button>
    </form>
  )
}

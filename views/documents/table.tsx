import type { Document, DocumentFilter, DocumentSummary } from "../../src/features/documents/schema"
import { documentStatus, documentTypes } from "../../src/platform/shapes/document"
import { Empty } from "../empty"
import { formatBytes, plural } from "../format"
import { Icon } from "../icon"
import { listHref } from "./href"
import { DocumentRow } from "./row"
import { statusName, typeName } from "./status"

export type DocumentTableProps = {
  documents: Document[]
  summary: DocumentSummary
  filter: DocumentFilter
  before?: string | undefined
  next?: string | undefined
}

/** One page of documents, with their total size and the actions for selected ones. */
export function DocumentTable(props: DocumentTableProps): JSX.Element {
  const { documents, filter, before, next } = props
  const isFiltered = Object.values(filter).some(Boolean)
  if (documents.length === 0 && !isFiltered && !before)
    return (
      <Empty icon="documents" title="No documents yet">
        Add requirements, notes, designs or code above. They stay on this machine.
      </Empty>
    )
  return (
    <>
      <TableBar {...props} />
      {documents.length === 0 ? (
        <Empty icon="documents" title="No matching documents">
          <a href="/documents">Show all documents</a>
        </Empty>
      ) : (
        <Rows documents={documents} />
      )}
      {before || next ? (
        <nav class="pager" aria-label="Pages">
          {before ? <a href={listHref(filter)}>First page</a> : null}
          {next ? (
            <a href={listHref({ ...filter, before: next })} rel="next">
              Older documents
            </a>
          ) : null}
        </nav>
      ) : null}
    </>
  )
}

/** Without scripts, selected documents are deleted at once; static/select.js asks first. */
function TableBar({ summary, filter }: DocumentTableProps): JSX.Element {
  const { count, bytes, quota_bytes } = summary
  const used = `${formatBytes(bytes)} of ${formatBytes(quota_bytes)} used`
  return (
    <div class="table-bar">
      <form
        method="get"
        action="/documents"
        hx-get="/documents"
        hx-target="#found"
        hx-select="#found"
        hx-swap="outerMorph"
        hx-sync="#found:replace"
        hx-push-url="true"
        hx-trigger="change, submit"
      >
        <Choice
          name="status"
          all="Any status"
          options={documentStatus.options.map((value) => ({ value, label: statusName(value) }))}
          chosen={filter.status}
        />
        <Choice
          name="type"
          all="Any type"
          options={documentTypes.map((value) => ({ value, label: typeName(value) }))}
          chosen={filter.type}
        />
        <button class="button unscripted" type="submit">
          Show
        </button>
      </form>
      <p class="muted number">
        <span safe>{plural(count, "document")}</span>
        <span safe>{used}</span>
      </p>
      <form id="chosen" method="post" action="/documents/delete">
        <button class="button" type="submit">
          <Icon name="trash" />
          <span>Delete selected</span>
        </button>
      </form>
    </div>
  )
}

type ChoiceProps = {
  name: string
  /** The label of the choice and of its empty option. */
  all: string
  options: { value: string; label: string }[]
  chosen: string | undefined
}

function Choice({ name, all, options, chosen }: ChoiceProps): JSX.Element {
  return (
    <select name={name} aria-label={all}>
      <option value="" safe>
        {all}
      </option>
      {options.map(({ value, label }) => (
        <option value={value} selected={value === chosen} safe>
          {label}
        </option>
      ))}
    </select>
  )
}

function Rows({ documents }: { documents: Document[] }): JSX.Element {
  return (
    <table class="documents">
      <thead>
        <tr>
          <th scope="col">
            <input class="scripted" type="checkbox" data-select-all aria-label="Select all" />
          </th>
          <th scope="col">Name</th>
          <th scope="col">Status</th>
          <th scope="col" class="wide-only">
            Type
          </th>
          <th scope="col" class="wide-only number">
            Passages
          </th>
          <th scope="col" class="wide-only number">
            Size
          </th>
          <th scope="col" class="wide-only number">
            Version
          </th>
          <th scope="col" class="middle-only">
            Changed
          </th>
          <th scope="col">
            <span class="hidden-text">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {documents.map((document) => (
          <DocumentRow document={document} />
        ))}
      </tbody>
    </table>
  )
}

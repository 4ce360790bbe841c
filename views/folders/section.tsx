import { escapeHtml } from "@kitajs/html"
import type { Folder } from "../../src/features/folders/schema"
import { posted } from "../form"
import { plural } from "../format"
import { Icon } from "../icon"
import { FolderPill, filesText, SyncBar } from "./state"

/** The synced folders, and a form to add one. */
export function FolderSection({ folders }: { folders: Folder[] }): JSX.Element {
  return (
    <section
      id="folders"
      class="folders"
      aria-label="Folders"
      data-follow="folders"
      hx-get="/documents/folders"
      hx-swap="outerMorph"
      hx-trigger="amelia:changed"
    >
      {folders.length > 0 && (
        <table class="documents">
          <caption class="muted" safe>
            {plural(folders.length, "folder")}
          </caption>
          <tbody>
            {folders.map((folder) => (
              <FolderRow folder={folder} />
            ))}
          </tbody>
        </table>
      )}
      <form class="add-line" {...posted("/documents/folders")}>
        <label class="hidden-text" for="folder-path">
          Folder on this machine
        </label>
        <input
          id="folder-path"
          type="text"
          name="path"
          placeholder="Folder on this machine, such as /home/you/project/docs"
          autocomplete="off"
          spellcheck="false"
          required
        />
        <button class="button" type="submit">
          Sync folder
        </button>
      </form>
    </section>
  )
}

function FolderRow({ folder }: { folder: Folder }): JSX.Element {
  const { id, name, path, error } = folder
  return (
    <tr id={`folder-${id}`}>
      <th scope="row">
        <a class="card-link" href={`/documents/folders/${id}`} title={escapeHtml(path)} safe>
          {name}
        </a>
        {error ? (
          <span class="row-error" safe>
            {error}
          </span>
        ) : null}
      </th>
      <td>
        <FolderPill folder={folder} />
        <SyncBar folder={folder} />
      </td>
      <td class="middle-only muted" safe>
        {filesText(folder)}
      </td>
      <td class="row-action">
        <RemoveForm folder={folder} row />
      </td>
    </tr>
  )
}

type RemoveFormProps = { folder: Folder; row?: boolean }

/** Asks before removing a folder. Never touches files on disk. */
export function RemoveForm({ folder, row = false }: RemoveFormProps): JSX.Element {
  const { id, name } = folder
  const question = escapeHtml(
    `Remove “${name}”? Its documents are removed from Amelia; its files stay on disk.`,
  )
  const label = row ? `Remove ${name}` : "Remove"
  const swap = { "hx-delete": `/documents/folders/${id}`, "hx-confirm": question }
  return (
    <form
      method="post"
      action={`/documents/folders/${id}/delete`}
      data-confirm={row ? undefined : question}
      {...(row && { ...swap, "hx-swap": "delete", "hx-target": "closest tr" })}
    >
      <button class={row ? "button quiet icon-only" : "button"} type="submit" title="Remove">
        <Icon name="trash" />
        <span class={row ? "hidden-text" : ""} safe>
          {label}
        </span>
      </button>
    </form>
  )
}

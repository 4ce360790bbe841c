import type { FolderDetail } from "../../src/features/folders/schema"
import type { Frame } from "../../src/platform/http/schema"
import { posted } from "../form"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { Ago } from "../time"
import { RemoveForm } from "./section"
import { FolderPill, filesText, SyncBar, watchingText } from "./state"

/** One folder: its status and the files it skipped. */
export function FolderPage({ folder, ...frame }: Frame & { folder: FolderDetail }): JSX.Element {
  const { id, name, path, error, synced_at } = folder
  return (
    <Layout title={name} current="documents" {...frame}>
      <div
        id="folder"
        data-follow="folders"
        hx-get={`/documents/folders/${id}`}
        hx-select="#folder"
        hx-swap="outerMorph"
        hx-trigger="amelia:changed"
      >
        <header class="page-head">
          <nav aria-label="Breadcrumb" class="crumbs">
            <a href="/documents">
              <Icon name="back" />
              Documents
            </a>
          </nav>
          <div class="run-title">
            <h1 safe>{name}</h1>
            <div class="run-verbs">
              <form {...posted(`/documents/folders/${id}/sync`)}>
                <button class="button" type="submit">
                  Sync now
                </button>
              </form>
              <RemoveForm folder={folder} />
            </div>
          </div>
          <ul class="facts-line">
            <li>
              <FolderPill folder={folder} />
            </li>
            <li class="number" safe>
              {filesText(folder)}
            </li>
            <li safe>{watchingText(folder)}</li>
            {synced_at ? (
              <li>
                <Ago at={synced_at} />
              </li>
            ) : null}
          </ul>
          <p class="folder-path muted">
            <code safe>{path}</code>
          </p>
          <SyncBar folder={folder} />
          <SecretsForm folder={folder} />
        </header>
        {error ? (
          <div class="callout" data-tone="bad">
            <Icon name="alert" />
            <p safe>{error}</p>
          </div>
        ) : null}
        <Skipped folder={folder} />
      </div>
    </Layout>
  )
}

/** Says whether files that look like secrets are included, and changes it. */
function SecretsForm({ folder: { id, include_secrets } }: { folder: FolderDetail }): JSX.Element {
  const question =
    "Include files that look like secrets, such as keys and .env files? " +
    "Their text becomes searchable and can be sent to a model provider."
  return (
    <form
      class="folder-secrets muted"
      method="post"
      action={`/documents/folders/${id}/secrets`}
      data-confirm={include_secrets ? undefined : question}
    >
      <input type="hidden" name="include" value={include_secrets ? "false" : "true"} />
      <span>
        {include_secrets
          ? "Files that look like secrets are included."
          : "Files that look like secrets are skipped."}
      </span>
      <button class="button" type="submit">
        {include_secrets ? "Skip them" : "Include them"}
      </button>
    </form>
  )
}

function Skipped({ folder: { skipped, files } }: { folder: FolderDetail }): JSX.Element {
  if (skipped.length === 0) return ""
  const more = files.skipped - skipped.length
  return (
    <section aria-labelledby="skipped-head">
      <h2 id="skipped-head">Skipped files</h2>
      <ul class="skipped">
        {skipped.map(({ path, reason }) => (
          <li>
            <code safe>{path}</code>
            <span class="muted" safe>
              {reason}
            </span>
          </li>
        ))}
        {more > 0 && <li class="muted" safe>{`and ${more.toLocaleString("en")} more`}</li>}
      </ul>
    </section>
  )
}

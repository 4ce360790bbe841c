import type { DocumentHead, DocumentVersion } from "../../src/features/documents/schema"
import type { Frame } from "../../src/platform/http/schema"
import { formatBytes } from "../format"
import { Layout } from "../layout"
import { Diff } from "../runs/diff"
import { Ago } from "../time"
import { DocumentCrumbs } from "./crumbs"
import { statusName } from "./status"

type VersionsProps = { document: DocumentHead; versions: DocumentVersion[] }

/** All versions uploaded under the same name, and a form to compare two. */
export function DocumentVersions({ document, versions }: VersionsProps): JSX.Element {
  if (versions.length < 2) return ""
  const readable = versions.filter(({ status }) => status === "indexed")
  return (
    <section class="rail-part" aria-labelledby="versions-head">
      <h2 id="versions-head">Versions</h2>
      <ul class="document-versions">
        {versions.map(({ version, status, file_size, created_at }) => (
          <li>
            {status === "indexed" ? (
              <a
                href={`/documents/${document.id}?version=${version}`}
                aria-current={version === document.content_version ? "page" : undefined}
                safe
              >{`Version ${version}`}</a>
            ) : (
              <span safe>{`Version ${version} (${statusName(status).toLowerCase()})`}</span>
            )}
            <span class="muted number" safe>
              {formatBytes(file_size)}
            </span>
            <span class="muted">
              <Ago at={created_at} />
            </span>
          </li>
        ))}
      </ul>
      {readable.length > 1 && <CompareForm id={document.id} versions={readable} />}
    </section>
  )
}

type CompareFormProps = { id: string; versions: DocumentVersion[] }

function CompareForm({ id, versions }: CompareFormProps): JSX.Element {
  return (
    <form class="compare-versions" method="get" action={`/documents/${id}/compare`}>
      <VersionChoice name="from" label="Compare" versions={versions} chosen={1} />
      <VersionChoice name="to" label="with" versions={versions} chosen={0} />
      <button class="button" type="submit">
        Compare
      </button>
    </form>
  )
}

type VersionChoiceProps = {
  name: string
  label: string
  versions: DocumentVersion[]
  /** Index of the initial choice. */
  chosen: number
}

function VersionChoice({ name, label, versions, chosen }: VersionChoiceProps): JSX.Element {
  return (
    <label>
      <span safe>{label}</span>
      <select name={name}>
        {versions.map(({ version }, index) => (
          <option value={String(version)} selected={index === chosen} safe>
            {`version ${version}`}
          </option>
        ))}
      </select>
    </label>
  )
}

/** A version's text, or null if it is too long to compare. */
type Side = { version: number; content: string | null }

export type ComparePageProps = Frame & { document: DocumentHead; from: Side; to: Side }

export function CompareVersionsPage({
  document,
  from,
  to,
  ...frame
}: ComparePageProps): JSX.Element {
  const [before, after] = [from.content, to.content]
  return (
    <Layout title={`Versions of ${document.name}`} current="documents" {...frame}>
      <header class="page-head">
        <DocumentCrumbs document={document} />
        <h1 safe>{document.name}</h1>
        <p class="lead" safe>{`From version ${from.version} to version ${to.version}`}</p>
      </header>
      {before === null || after === null ? (
        <p class="muted">They are too long to compare here.</p>
      ) : (
        <Diff from={{ ...from, content: before }} to={{ ...to, content: after }} />
      )}
    </Layout>
  )
}

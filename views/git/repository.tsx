import { escapeHtml } from "@kitajs/html"
import type { RepositoryTrust, SettingsFile, TrustState } from "../../src/features/git/schema"
import { posted } from "../form"
import { formatBytes, plural } from "../format"
import { Icon } from "../icon"
import { type Badge, Pill } from "../pill"
import { Ago } from "../time"

const badges: Record<TrustState, Badge> = {
  none: { label: "No settings", tone: "neutral", icon: "dash" },
  ignored: { label: "Ignored", tone: "neutral", icon: "dash" },
  trusted: { label: "Trusted", tone: "good", icon: "check" },
  changed: { label: "Changed, ignored", tone: "attention", icon: "alert" },
  untrustable: { label: "Can't be trusted", tone: "bad", icon: "alert" },
}

type RepositoryProps = { repository: RepositoryTrust; name: string }

/** A repository with its own settings for Claude Code. */
export function Repository({ repository, name }: RepositoryProps): JSX.Element {
  const { repo, state, files, instructions, summary, problems, trusted_at } = repository
  const id = `repository-${Bun.hash(repo).toString(36)}`
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id} safe>
          {name}
        </h2>
        <Pill {...badges[state]} />
      </div>
      <p class="folder-path muted">
        <code safe>{repo}</code>
        {state === "trusted" && trusted_at ? (
          <>
            {" trusted "}
            <Ago at={trusted_at} />
          </>
        ) : null}
      </p>
      {problems.length > 0 && (
        <div class="callout" data-tone="bad">
          <Icon name="alert" />
          <p safe>{problems.join(" ")}</p>
        </div>
      )}
      {summary ? <p safe>{summary}</p> : null}
      {instructions.length > 0 && (
        <p class="muted" safe>
          {`Once you trust it, the model also reads ${instructions.join(", ")}, even after changes.`}
        </p>
      )}
      {files.length > 0 && <Files files={files} />}
      <Decision repository={repository} />
    </section>
  )
}

function Files({ files }: { files: SettingsFile[] }): JSX.Element {
  return (
    <div class="folds">
      {files.map((file) => (
        <details class="fold">
          <summary>
            <code class="folder-path" safe>
              {file.path}
            </code>
            <span class="muted number" safe>
              {formatBytes(file.size)}
            </span>
          </summary>
          <pre class="raw" tabindex="0" safe>
            {file.content}
          </pre>
          {file.hidden > 0 && (
            <p class="muted" safe>
              {`${plural(file.hidden, "more character")} not shown.`}
            </p>
          )}
        </details>
      ))}
    </div>
  )
}

/** Trusts exactly the content that this page shows, by its hash. */
function Decision({ repository }: { repository: RepositoryTrust }): JSX.Element {
  const { repo, hash, state, files } = repository
  const mayTrust = state === "ignored" || state === "changed"
  return (
    <>
      {mayTrust && files.length > 0 ? (
        <p class="muted">
          Read the files first. Trust covers their current content, but not what they run in turn,
          such as an npm script.
        </p>
      ) : null}
      <div class="run-verbs">
        {mayTrust ? (
          <form {...posted("/git/trust")}>
            <input type="hidden" name="repo" value={escapeHtml(repo)} />
            <input type="hidden" name="hash" value={hash} />
            <button class="button" type="submit">
              Trust these settings
            </button>
          </form>
        ) : null}
        {repository.trusted_at ? (
          <form {...posted("/git/withdraw")}>
            <input type="hidden" name="repo" value={escapeHtml(repo)} />
            <button class="button" type="submit">
              Withdraw trust
            </button>
          </form>
        ) : null}
      </div>
    </>
  )
}

import type { ArtifactVersion, Run } from "../../src/features/runs/schema"
import { plural } from "../format"
import { Ago } from "../time"
import { Diff } from "./diff"
import { nodeHref, swapRun } from "./href"

export type VersionsProps = {
  run: Run
  /** The shown node, for links back to it. */
  shown: string
  /** Oldest first. */
  versions: ArtifactVersion[]
  /** The two versions to compare; by default the last two. */
  compare: { from?: number | undefined; to?: number | undefined }
  /** Initially open. */
  open: boolean
}

/** Each version with its origin, and the difference between two. */
export function Versions({ run, shown, versions, compare, open }: VersionsProps): JSX.Element {
  if (versions.length < 2) return ""
  const pick = (number: number | undefined, otherwise: number) =>
    versions.find(({ version }) => version === number) ?? versions.at(otherwise)
  const [from, to] = [pick(compare.from, -2), pick(compare.to, -1)]
  const url = `/runs/${run.id}`
  return (
    <details class="fold" id="versions" open={open}>
      <summary>
        <h3>Versions</h3>
        <span class="muted number" safe>
          {plural(versions.length, "version")}
        </span>
      </summary>
      <ol class="versions">
        {versions.map((version) => (
          <VersionLine run={run} shown={shown} version={version} />
        ))}
      </ol>
      <form class="compare" method="get" action={url} {...swapRun(url)}>
        <input type="hidden" name="node" value={shown} />
        <VersionChoice name="from" label="Compare" versions={versions} chosen={from} />
        <VersionChoice name="to" label="with" versions={versions} chosen={to} />
        <button class="button" type="submit">
          Compare
        </button>
      </form>
      {from && to ? <Diff from={from} to={to} /> : null}
    </details>
  )
}

function VersionLine({
  run,
  shown,
  version: { version, origin, feedback, created_at },
}: {
  run: Run
  shown: string
  version: ArtifactVersion
}): JSX.Element {
  const href = nodeHref(run, shown, { version })
  return (
    <li>
      <a href={href} {...swapRun(href)} safe>{`Version ${version}`}</a>
      <span safe>{origins[origin]}</span>
      <span class="muted">
        <Ago at={created_at} />
      </span>
      {feedback ? <blockquote safe>{feedback}</blockquote> : null}
    </li>
  )
}

const origins: Record<ArtifactVersion["origin"], string> = {
  agent: "made by the agent",
  revision: "revised by the agent after your feedback",
  edit: "edited by hand",
}

type VersionChoiceProps = {
  name: string
  label: string
  versions: ArtifactVersion[]
  chosen: ArtifactVersion | undefined
}

function VersionChoice({ name, label, versions, chosen }: VersionChoiceProps): JSX.Element {
  return (
    <label>
      <span safe>{label}</span>
      <select name={name}>
        {versions.map(({ version }) => (
          <option value={String(version)} selected={version === chosen?.version} safe>
            {`version ${version}`}
          </option>
        ))}
      </select>
    </label>
  )
}

import type { Artifact, Run } from "../../src/features/runs/schema"
import { withoutSources } from "../../src/platform/shapes/artifact-text"
import { plural } from "../format"
import { Icon } from "../icon"
import { markdown } from "../markdown"
import { Ago } from "../time"
import { SourceList } from "./sources"

type ArtifactViewProps = {
  run: Run
  artifact: Artifact
  /** True if the page lists the sources beside it. Otherwise they fold out below. */
  sourcesBeside?: boolean
  /** Part of a map. Its artifact is downloaded with those of the other items. */
  isItem?: boolean
}

/**
 * A step's artifact as a readable document. Each `[n]` opens the passage that supports the sentence.
 * The Markdown with its sources can be copied and downloaded.
 */
export function ArtifactView(props: ArtifactViewProps): JSX.Element {
  const { run, artifact, sourcesBeside, isItem } = props
  const { content, citations, node, version } = artifact
  const safeHtml = markdown(withoutSources(content), { citations, shift: 2, prefix: node })
  const made = version > 1 ? `Version ${version}, made` : "Made"
  const source = `source-${artifact.id}`
  const file = `/runs/${run.id}/artifacts/${encodeURIComponent(node)}`
  return (
    <article class="artifact">
      <div class="artifact-bar">
        <p class="muted">
          <span safe>{made}</span> <Ago at={artifact.created_at} />
        </p>
        <button class="button quiet scripted" type="button" data-copy={`#${source}`}>
          <Icon name="copy" />
          <span>Copy</span>
        </button>
        {isItem ? null : <Downloads file={file} node={node} />}
      </div>
      <div class="prose">{safeHtml}</div>
      {!sourcesBeside && citations.length > 0 && (
        <details class="fold" id={`${source}-list`}>
          <summary safe>{plural(citations.length, "source")}</summary>
          <SourceList citations={citations} />
        </details>
      )}
      <pre id={source} hidden safe>
        {content}
      </pre>
    </article>
  )
}

function Downloads({ file, node }: { file: string; node: string }): JSX.Element {
  return (
    <>
      <a class="button quiet" href={`${file}.md`} download={`${node}.md`}>
        <Icon name="download" />
        Markdown
      </a>
      <a class="button quiet" href={`${file}.json`} download={`${node}.json`}>
        <Icon name="download" />
        JSON
      </a>
    </>
  )
}

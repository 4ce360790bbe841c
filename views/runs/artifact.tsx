import type { Artifact, Run } from "../../src/runs/schema"
import { Icon } from "../icon"
import { markdown } from "../markdown"
import { Ago } from "../time"

/**
 * What a step made, as a document to read. Each `[n]` opens the passage that supports the
 * sentence; the Markdown itself can be copied and downloaded.
 */
export function ArtifactView({ run, artifact }: { run: Run; artifact: Artifact }): JSX.Element {
  const { content, citations, node, version } = artifact
  const safeHtml = markdown(content, { citations, shift: 2, prefix: node })
  const made = version > 1 ? `Version ${version}, made` : "Made"
  const source = `source-${artifact.id}`
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
        <a
          class="button quiet"
          href={`/runs/${run.id}/artifacts/${encodeURIComponent(node)}.md`}
          download={`${node}.md`}
        >
          <Icon name="download" />
          Markdown
        </a>
        <a class="button quiet" href={`/api/runs/${run.id}/artifacts`} download="artifacts.json">
          <Icon name="download" />
          JSON
        </a>
      </div>
      <div class="prose">{safeHtml}</div>
      <pre id={source} hidden safe>
        {content}
      </pre>
    </article>
  )
}

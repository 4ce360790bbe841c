import { Icon } from "../icon"
import { ReadyPill } from "./status"

/**
 * Adds documents by drag and drop, file chooser or keyboard. Without scripts it is a plain form;
 * with them static/upload.js sends files as soon as they are chosen and lists their status.
 */
export function UploadForm({ compact = false }: { compact?: boolean }): JSX.Element {
  return (
    <div class="upload">
      <form
        class={compact ? "drop drop-compact" : "drop"}
        method="post"
        action="/documents"
        enctype="multipart/form-data"
        data-upload="/api/rag/documents/upload"
      >
        <Icon name="upload" />
        <p>
          <label for="file">Drop files here or choose them</label>
        </p>
        <p class="muted">PDF, Word, web pages, Markdown, text and source code</p>
        <input id="file" type="file" name="file" multiple required />
        <button class="button unscripted" type="submit">
          Add
        </button>
      </form>
      <progress class="drop-progress" max="1" value="0" aria-label="Upload" hidden></progress>
      <div class="drop-told">
        <p class="drop-note" role="status"></p>
        <button class="button" type="button" hidden></button>
      </div>
      <ul class="drop-files" aria-label="Files" tabindex="0" hidden></ul>
      <template>
        <li>
          <span class="drop-name"></span>
          <progress max="1" value="0"></progress>
        </li>
      </template>
      <template data-ready>
        <ReadyPill />
      </template>
    </div>
  )
}

import { Icon } from "../icon"

/**
 * Adds documents by drop, by choosing or by keyboard. Without scripts it is a plain form; with them
 * static/upload.js sends the files as they are chosen and shows how far it is.
 */
export function UploadForm({ compact = false }: { compact?: boolean }): JSX.Element {
  return (
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
      <p class="muted">Markdown, text and source code</p>
      <input id="file" type="file" name="file" multiple required />
      <button class="button unscripted" type="submit">
        Add
      </button>
      <progress class="drop-progress" max="1" value="0" aria-label="Upload" hidden></progress>
      <p class="drop-note" role="status"></p>
    </form>
  )
}

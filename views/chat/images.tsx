import { escapeHtml } from "@kitajs/html"
import type { ShownMessage } from "../../src/features/chat/schema"

export function imageAddress(sessionId: string, id: string): string {
  return `/api/chat/sessions/${sessionId}/images/${id}`
}

/** The images that a question showed. */
export function Images({ message }: { message: ShownMessage }): JSX.Element {
  const { session_id, metadata } = message
  if (!metadata.images) return ""
  return (
    <ul class="said-images" aria-label="Images">
      {metadata.images.map(({ id, name }) => (
        <li>
          <a href={imageAddress(session_id, id)} target="_blank" rel="noopener">
            <img src={imageAddress(session_id, id)} alt={escapeHtml(name)} loading="lazy" />
          </a>
        </li>
      ))}
    </ul>
  )
}

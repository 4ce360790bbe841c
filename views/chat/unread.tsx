import type { UnreadDocument } from "../../src/platform/shapes/message"
import { Icon } from "../icon"

/** Documents that an answer had to leave out. */
export function Unread({ documents = [] }: { documents?: UnreadDocument[] }): JSX.Element {
  return (
    <>
      {documents.map(({ id, name, reason }) => (
        <p class="muted unread">
          <Icon name="alert" />
          <span>
            Answered without{" "}
            <a href={`/documents/${id}`} safe>
              {name}
            </a>
            {": "}
            <span safe>{reason}</span>
          </span>
        </p>
      ))}
    </>
  )
}

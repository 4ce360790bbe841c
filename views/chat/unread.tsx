import type { ShownMessage } from "../../src/features/chat/schema"
import { Icon } from "../icon"

/** Documents that an answer had to leave out. */
export function Unread({ message }: { message: ShownMessage }): JSX.Element {
  const { unread_documents: documents = [] } = message.metadata
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

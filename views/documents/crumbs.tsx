import type { Document } from "../../src/features/documents/schema"
import { Icon } from "../icon"

/** The way back: to all documents, and from a part of one to the document itself. */
export function DocumentCrumbs({
  document,
}: {
  document?: Pick<Document, "id" | "name">
}): JSX.Element {
  const label = document?.name ?? "Documents"
  return (
    <nav aria-label="Breadcrumb" class="crumbs">
      <a href={document ? `/documents/${document.id}` : "/documents"}>
        <Icon name="back" />
        <span safe>{label}</span>
      </a>
    </nav>
  )
}

import type { Document } from "../../src/features/documents/schema"
import { Icon } from "../icon"

/** A link back to all documents, or from a part of a document to the document. */
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

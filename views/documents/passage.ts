import type { RetrievalResult } from "../../src/platform/shapes/passage"

type Place = Pick<RetrievalResult, "document_id" | "document_version" | "start" | "end">

/** Returns the link to a passage's document, opened at the passage. */
export function passageHref(passage: Place): string {
  const { document_id, document_version, start, end } = passage
  return `/documents/${document_id}?start=${start}&end=${end}&version=${document_version}#passage`
}

import type { Document, DocumentStatus, DocumentType } from "../../src/documents/schema"
import { type Badge, Pill } from "../pill"

const badges: Record<DocumentStatus, Badge> = {
  processing: { label: "Reading", tone: "active", icon: "spinner" },
  indexed: { label: "Ready", tone: "good", icon: "check" },
  failed: { label: "Failed", tone: "bad", icon: "alert" },
}

const typeNames: Record<DocumentType, string> = {
  markdown: "Markdown",
  pdf: "PDF",
  html: "Web page",
  docx: "Word",
  text: "Text",
  code: "Code",
}

export function typeName(type: DocumentType): string {
  return typeNames[type]
}

export function DocumentPill({ document }: { document: Document }): JSX.Element {
  return <Pill {...badges[document.status]} />
}

import type { Folder, Watching } from "../../src/features/folders/schema"
import { type Badge, Pill } from "../pill"

const badges: Record<Folder["status"], Badge> = {
  syncing: { label: "Reading", tone: "active", icon: "spinner" },
  synced: { label: "In step", tone: "good", icon: "check" },
  failed: { label: "Failed", tone: "bad", icon: "alert" },
}

const watchingTexts: Record<Watching, string> = {
  events: "watched",
  polling: "looked at every few seconds, since the operating system watches no more directories",
  off: "not watched",
}

export function FolderPill({ folder }: { folder: Folder }): JSX.Element {
  return <Pill {...badges[folder.status]} />
}

/** Moved by static/live.js while a sync is under way. */
export function SyncBar({ folder: { id, status, progress } }: { folder: Folder }): JSX.Element {
  if (status !== "syncing") return ""
  return (
    <progress
      max="1"
      value={progress}
      data-progress={`folder:${id}`}
      aria-label="Progress"
    ></progress>
  )
}

/** How its files are, such as "40 indexed · 2 skipped". */
export function filesText({ files }: Folder): string {
  const states = Object.entries(files).filter(([state, count]) => count > 0 || state === "indexed")
  return states.map(([state, count]) => `${count.toLocaleString("en")} ${state}`).join(" · ")
}

export function watchingText({ watching }: Folder): string {
  return watchingTexts[watching]
}

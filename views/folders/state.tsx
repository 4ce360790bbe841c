import type { Folder, Watching } from "../../src/features/folders/schema"
import { type Badge, Pill } from "../pill"

const badges: Record<Folder["status"], Badge> = {
  syncing: { label: "Reading", tone: "active", icon: "spinner" },
  synced: { label: "Up to date", tone: "good", icon: "check" },
  failed: { label: "Failed", tone: "bad", icon: "alert" },
}

const watchingTexts: Record<Watching, string> = {
  events: "watched",
  polling: "checked every few seconds because the system can't watch more directories",
  off: "not watched",
}

export function FolderPill({ folder }: { folder: Folder }): JSX.Element {
  return <Pill {...badges[folder.status]} />
}

/** Updated by static/live.js during a sync. */
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

/** Returns its number of files by state, for example "40 indexed · 2 skipped". */
export function filesText({ files }: Folder): string {
  const states = Object.entries(files).filter(([state, count]) => count > 0 || state === "indexed")
  return states.map(([state, count]) => `${count.toLocaleString("en")} ${state}`).join(" · ")
}

export function watchingText({ watching }: Folder): string {
  return watchingTexts[watching]
}

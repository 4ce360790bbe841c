import type { WorkflowStatus } from "../../src/features/workflows/schema"
import type { RunStatus, StepStatus } from "../../src/platform/shapes/run"
import { type Badge, Pill } from "../pill"

type Status = RunStatus | StepStatus | WorkflowStatus

const badges: Record<Status, Badge> = {
  idle: { label: "Not run yet", tone: "neutral", icon: "dots" },
  pending: { label: "Not started", tone: "neutral", icon: "dots" },
  running: { label: "Running", tone: "active", icon: "spinner" },
  paused: { label: "Paused", tone: "attention", icon: "pause" },
  waiting: { label: "Waiting", tone: "attention", icon: "clock" },
  completed: { label: "Done", tone: "good", icon: "check" },
  failed: { label: "Failed", tone: "bad", icon: "alert" },
  cancelled: { label: "Cancelled", tone: "neutral", icon: "cross" },
  interrupted: { label: "Interrupted", tone: "bad", icon: "alert" },
  skipped: { label: "Skipped", tone: "neutral", icon: "dash" },
}

export function statusBadge(status: Status): Badge {
  return badges[status]
}

export function StatusPill({ status }: { status: Status }): JSX.Element {
  return <Pill {...badges[status]} />
}

/** True if the run can no longer change by itself. */
export function runIsOver(status: RunStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled"
}

import type { RunExport } from "../../features/runs/read/schema"
import type { Checkpoint, Comparison, ForkInput, Run } from "../../features/runs/schema"
import { type Endpoint, json } from "./http"

/** Forking, comparing, exporting and replaying runs. */
export function runClient(endpoint: Endpoint) {
  const of = (id: string) => `/api/runs/${encodeURIComponent(id)}`
  const post = (path: string, body: unknown) => json<Run>(endpoint, path, { method: "POST", body })

  return {
    /** Where a run can be forked, oldest first. */
    listCheckpoints: (id: string) => json<Checkpoint[]>(endpoint, `${of(id)}/checkpoints`),
    forkRun: (id: string, fork: ForkInput) => post(`${of(id)}/fork`, fork),
    compareRuns: (id: string, other: string) =>
      json<Comparison>(endpoint, `${of(id)}/compare/${encodeURIComponent(other)}`),
    exportRun: (id: string) => json<RunExport>(endpoint, `${of(id)}/export`),
    /** Takes a file from `exportRun`, of this machine or another. */
    replayRun: (file: unknown) => post("/api/runs/replay", file),
  }
}

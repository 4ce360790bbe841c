import type { Artifact, Difference, GateDecision } from "../../features/runs/schema"

/** A person's word at a gate in a recorded run, with what it made of the artifact if it was an edit. */
export type RecordedDecision = {
  node: string
  about: string
  version: number
  decision: GateDecision
  feedback: string | null
  made?: Pick<Artifact, "content" | "data" | "citations">
}

/** What a replay works from beside the recorded calls, and where it has not done the same. */
export type Recording = {
  /** The id of the recorded run, which may be one of another machine. */
  of: string
  decisions: RecordedDecision[]
  /** What the steps came to. Replays of an older Amelia have none. */
  fingerprints?: Record<string, string>
  differences: Difference[]
}

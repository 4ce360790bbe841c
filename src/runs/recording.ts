import type { Difference } from "./schema"
import type { ArtifactRow, DecisionRow } from "./table"

/** A person's word at a gate in a recorded run, with what it made of the artifact if it was an edit. */
export type RecordedDecision = Pick<
  DecisionRow,
  "node" | "about" | "version" | "decision" | "feedback"
> & { made?: Pick<ArtifactRow, "content" | "data" | "citations"> }

/** What a replay works from beside the recorded calls, and where it has not done the same. */
export type Recording = {
  /** The id of the recorded run, which may be one of another machine. */
  of: string
  decisions: RecordedDecision[]
  /** What the steps came to. Replays of an older Amelia have none. */
  fingerprints?: Record<string, string>
  differences: Difference[]
}

import type { Citation } from "../../../platform/shapes/citation"
import type { Unrecorded } from "../../usage/recorder"

/** What a step made, for people and for machines. */
export type Made = { content: string; data: unknown; citations: Citation[] }

/** What the work of a step returns, to be stored when the step finishes. */
export type StepResult = {
  /** What dependants get under the node's id, and clients as the step's output. */
  output: unknown
  input: unknown
  model?: string
  made?: Made
  /** The last answer of a model, which is recorded in the same transaction. */
  answer?: Unrecorded | undefined
}

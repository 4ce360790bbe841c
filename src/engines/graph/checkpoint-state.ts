import { isDeepStrictEqual } from "node:util"
import type { Checkpoint } from "@langchain/langgraph-checkpoint"

/** A checkpoint without its values, which are stored apart. */
export type State = Omit<Checkpoint, "channel_values">

/** As stored: with `delta` its versions are only those that its parent has not. */
export type StoredState = State & { delta?: true }

/**
 * What a checkpoint adds to its parent. LangGraph notes in each the versions of all channels and
 * what each node has seen of them; kept whole, the last of a long run would be many times as large
 * as the first.
 */
export function deltaOf(state: State, parent: State): StoredState {
  const versions = added(state.channel_versions, parent.channel_versions)
  const seen = added(state.versions_seen, parent.versions_seen)
  if (!versions || !seen) return state
  return { ...state, channel_versions: versions, versions_seen: seen, delta: true }
}

/** The whole state of the last of a line of stored ones, of which each is the next one's parent. */
export function wholeOf(line: StoredState[]): State | undefined {
  const last = line.at(-1)
  if (!last) return undefined
  const { delta, ...state } = last
  return {
    ...state,
    channel_versions: Object.assign({}, ...line.map((it) => it.channel_versions)),
    versions_seen: Object.assign({}, ...line.map((it) => it.versions_seen)),
  }
}

/** Undefined if something went that was there before. */
function added<T>(now: Record<string, T>, before: Record<string, T>) {
  if (Object.keys(before).some((key) => !(key in now))) return undefined
  const entries = Object.entries(now)
  return Object.fromEntries(entries.filter(([key, it]) => !isDeepStrictEqual(it, before[key])))
}

import { isDeepStrictEqual } from "node:util"
import type { Checkpoint } from "@langchain/langgraph-checkpoint"

/** A checkpoint without its values, which are stored separately. */
export type State = Omit<Checkpoint, "channel_values">

/** A state as stored. With `delta` it holds only the versions that its parent doesn't. */
export type StoredState = State & { delta?: true }

/**
 * Returns what a checkpoint adds to its parent. LangGraph repeats the versions of all channels;
 * stored whole, the last checkpoint of a long run would be many times the size of the first.
 */
export function deltaOf(state: State, parent: State): StoredState {
  const versions = added(state.channel_versions, parent.channel_versions)
  const seen = added(state.versions_seen, parent.versions_seen)
  if (!versions || !seen) return state
  return { ...state, channel_versions: versions, versions_seen: seen, delta: true }
}

/** Rebuilds the last state of a line, in which each stored state is the parent of the next. */
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

function added<T>(now: Record<string, T>, before: Record<string, T>) {
  if (Object.keys(before).some((key) => !(key in now))) return undefined
  const entries = Object.entries(now)
  return Object.fromEntries(entries.filter(([key, it]) => !isDeepStrictEqual(it, before[key])))
}

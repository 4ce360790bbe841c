import type { StepRow } from "../../../platform/db/schema/runs"
import type { StepDeps } from "../deps"
import type { ActiveRun } from "../engine/active"
import { noteDifference } from "../engine/recorder"
import type { RunExport } from "../read/schema"

/** Returns fingerprints of what an exported run's steps returned, by step key. */
export function fingerprintsIn({ steps }: RunExport): Record<string, string> {
  const done = steps.filter(({ status, copied }) => status === "completed" && !copied)
  return Object.fromEntries(
    done.map((it) => [keyOf({ ...it, mapIndex: it.map_index }), fingerprintOf(it.output)]),
  )
}

/** Stores a difference if a replay's step returns something else than the recorded one. */
export async function compareOutput(
  deps: StepDeps,
  run: ActiveRun,
  step: StepRow,
  output: unknown,
): Promise<void> {
  const recorded = run.row.recording?.fingerprints?.[keyOf(step)]
  if (recorded === undefined || recorded === fingerprintOf(output)) return
  await noteDifference(deps, run, { ...step, nth: null }, "its output differs")
}

function keyOf({ node, iteration, mapIndex }: Pick<StepRow, "node" | "iteration" | "mapIndex">) {
  return `${node} ${iteration} ${mapIndex}`
}

/** Returns the same hash for equal values, whatever the order of their keys. */
function fingerprintOf(value: unknown): string {
  const text = JSON.stringify(value ?? null, (_, it) =>
    it !== null && typeof it === "object" && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).sort(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  )
  return new Bun.CryptoHasher("sha256").update(text).digest("hex")
}

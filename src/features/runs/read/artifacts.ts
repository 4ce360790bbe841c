import * as artifactStore from "../artifact-store"
import { listDecisions } from "../gate-store"
import type { RunDeps } from "../leases/supervisor"
import type { Artifact, ArtifactVersion } from "../schema"
import { requireRun } from "../service"
import { presentArtifact, presentVersion } from "./present"

export async function listArtifacts(deps: RunDeps, id: string): Promise<Artifact[]> {
  await requireRun(deps, id)
  return (await artifactStore.listArtifacts(deps.db, id)).map(presentArtifact)
}

export async function listVersions(
  deps: RunDeps,
  id: string,
  node: string,
): Promise<ArtifactVersion[]> {
  await requireRun(deps, id)
  const decisions = await listDecisions(deps.db, id)
  const versions = await artifactStore.listVersions(deps.db, id, node)
  return versions.map((row) => presentVersion(row, decisions))
}

/** Returns the newest artifact of a map's item. */
export async function findItem(
  { db }: RunDeps,
  id: string,
  node: string,
  mapIndex: number,
): Promise<Artifact | undefined> {
  const items = await artifactStore.listItems(db, id, node)
  const item = items.find((it) => it.mapIndex === mapIndex)
  return item && presentArtifact(item)
}

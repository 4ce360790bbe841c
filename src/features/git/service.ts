import { hash } from "node:crypto"
import { join } from "node:path"
import type { EngineDeps } from "../../engines/deps"
import type { GitRepositoryRow } from "../../platform/db/schema/git"
import { AppError, invalid } from "../../platform/errors"
import { workTreeOf } from "../../platform/git/changes"
import type { Actor } from "../../platform/shapes/actor"
import { authorize } from "../audit/service"
import type { RepositoryTrust, SettingsFile, TrustState } from "./schema"
import { type FoundSettings, findSettings } from "./settings-files"
import type { FoundFile } from "./settings-json"
import { summaryOf } from "./settings-summary"
import * as store from "./store"
import { visible } from "./visible"

const REPOSITORIES_LISTED = 20
/** Characters shown of one file, and of all files together. */
const SHOWN_MAX = { file: 20_000, all: 500_000 }

type TrustDeps = Pick<EngineDeps, "db" | "config">

/** Any changed byte of the settings ends the trust. Throws RepositoryNotFoundError. */
export async function repositoryTrust(
  deps: TrustDeps,
  dir: string | undefined,
): Promise<RepositoryTrust> {
  const repo = await requireRoot(deps, dir)
  return present(deps, repo, await store.findRepository(deps.db, repo))
}

/** Like `repositoryTrust`, but also adds the repository to the list, for a session there. */
export async function useRepository(deps: TrustDeps, dir: string): Promise<RepositoryTrust> {
  const trust = await repositoryTrust(deps, dir)
  await store.putRepository(deps.db, trust.repo)
  return trust
}

/** Lists the server's own repository, then the most recently used ones. */
export async function listRepositories(deps: TrustDeps): Promise<RepositoryTrust[]> {
  const rows = await store.listRepositories(deps.db, REPOSITORIES_LISTED)
  const { startDirectory, programEnv } = deps.config
  const paths = [startDirectory, ...rows.map(({ path }) => path)]
  const roots = await Promise.all(paths.map((path) => workTreeOf(path, programEnv)))
  const there = new Set(roots.filter((root) => root !== undefined))
  const rowOf = (root: string) => rows.find(({ path }) => path === root)
  return Promise.all([...there].map((root) => present(deps, root, rowOf(root))))
}

/**
 * Trusts the settings with this hash. Throws ConcurrentModificationError if they have changed,
 * ValidationError if they can't be trusted, and what `authorize` throws.
 */
export async function trustRepository(
  deps: TrustDeps,
  dir: string | undefined,
  hash: string,
  by: Actor,
): Promise<RepositoryTrust> {
  const { repo, hash: now, state, files, problems } = await repositoryTrust(deps, dir)
  if (state === "untrustable") {
    throw invalid("repo", `These settings can't be trusted. ${problems.join(" ")}`, { repo })
  }
  if (hash !== now) {
    const sentence =
      "The settings have changed since you saw them. Look at them again, then trust them."
    throw new AppError("ConcurrentModificationError", sentence, { repo, hash, now, help: sentence })
  }
  const trustedFiles = files.map(({ path }) => path)
  const trusted = { trustedHash: hash, trustedFiles, trustedAt: new Date(), trustedBy: by.via }
  await deps.db.transaction(async (db) => {
    const details = { repo, hash, files: trustedFiles }
    await authorize({ ...deps, db }, by, { action: "trust_repository", details })
    await store.putRepository(db, repo, trusted)
  })
  return repositoryTrust(deps, repo)
}

export async function withdrawTrust(deps: TrustDeps, dir: string | undefined): Promise<void> {
  const repo = await requireRoot(deps, dir)
  const none = { trustedHash: null, trustedFiles: null, trustedAt: null, trustedBy: null }
  if (await store.findRepository(deps.db, repo)) await store.putRepository(deps.db, repo, none)
}

async function requireRoot({ config }: TrustDeps, dir = config.startDirectory): Promise<string> {
  const root = await workTreeOf(dir, config.programEnv)
  if (root) return root
  throw new AppError("RepositoryNotFoundError", `${dir} is not in a git repository.`, { repo: dir })
}

async function present(
  { config }: TrustDeps,
  repo: string,
  row: GitRepositoryRow | undefined,
): Promise<RepositoryTrust> {
  const { HOME = "/", CLAUDE_CONFIG_DIR = join(HOME, ".claude") } = config.programEnv
  const found = await findSettings(repo, CLAUDE_CONFIG_DIR)
  const hash = hashOf(found.files)
  return {
    ...{ repo, hash, state: stateOf(found, hash, row?.trustedHash ?? null) },
    files: shown(found.files),
    instructions: found.instructions,
    summary: summaryOf(found.files),
    problems: found.problems.map(visible),
    trusted_at: row?.trustedAt?.toISOString() ?? null,
  }
}

function stateOf(
  { files, instructions, problems }: FoundSettings,
  hash: string,
  trusted: string | null,
): TrustState {
  if (problems.length > 0) return "untrustable"
  if (trusted !== null) return hash === trusted ? "trusted" : "changed"
  return files.length + instructions.length === 0 ? "none" : "ignored"
}

function hashOf(files: FoundFile[]): string {
  const each = files.map(({ path, bytes }) => [path, hash("sha256", bytes)])
  return hash("sha256", JSON.stringify(each))
}

function shown(files: FoundFile[]): SettingsFile[] {
  let left = SHOWN_MAX.all
  return files.map(({ path, bytes }) => {
    const text = visible(new TextDecoder().decode(bytes))
    const content = text.slice(0, Math.min(left, SHOWN_MAX.file))
    left -= content.length
    const hidden = text.length - content.length
    return { path: visible(path), size: bytes.length, content, hidden }
  })
}

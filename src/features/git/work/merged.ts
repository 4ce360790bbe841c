import { maybe, run, text, type WorkDeps } from "./run"

/** Commits of the base whose changes are compared with those of a branch. */
const BASE_COMMITS_MAX = 5_000
const TIMEOUT_MS = 120_000
const BYTES_MAX = 512 * 1024 ** 2

type Comparison = { ahead: number; behind: number; own: string[]; forks: string[] }
type Tip = { name: string; head: string } & Comparison

/** Reads the commits of all branches once, so that each branch costs no call of git. */
export async function readGraph(deps: WorkDeps, repo: string, base: string | undefined) {
  const from = base ? ["HEAD"] : []
  const listed = await text(deps, repo, ["rev-list", "--parents", "--branches", ...from])
  const parents = new Map<string, string[]>()
  for (const line of listed.split("\n").filter(Boolean)) {
    const [commit = "", ...before] = line.split(" ")
    parents.set(commit, before)
  }
  const inBase = reached(parents, base ? [base] : [], new Set())
  // Many branches leave the base at the same commit.
  const shared = new Map<string, number>()
  return {
    compare(head: string): Comparison {
      const own = [...reached(parents, [head], inBase)]
      const before = [head, ...own.flatMap((commit) => parents.get(commit) ?? [])]
      const forks = [...new Set(before.filter((commit) => inBase.has(commit)))].sort()
      const key = forks.join(" ")
      const common = shared.get(key) ?? reached(parents, forks, new Set()).size
      shared.set(key, common)
      return { ahead: own.length, behind: inBase.size - common, own, forks }
    },
  }
}

/** The commits that can be reached, without those in `known` and what is behind them. */
function reached(parents: Map<string, string[]>, from: string[], known: Set<string>): Set<string> {
  const found = new Set(from.filter((commit) => !known.has(commit)))
  // It grows while we iterate.
  for (const commit of found) {
    for (const parent of parents.get(commit) ?? []) if (!known.has(parent)) found.add(parent)
  }
  return found
}

/**
 * Returns the names of branches whose changes the base has: by a merge, as one squashed commit, or as
 * the same commits rebased. Compares patch ids, see git-patch-id(1).
 */
export async function mergedBranches(
  deps: WorkDeps,
  repo: string,
  base: string,
  tips: Tip[],
): Promise<Set<string>> {
  const merged = new Set(tips.filter(({ ahead }) => ahead === 0).map(({ name }) => name))
  const open = tips.filter((tip) => tip.ahead > 0 && tip.behind > 0)
  if (open.length === 0) return merged
  const forked = await withForks(deps, repo, base, open)
  const forks = [...new Set(forked.map(({ fork }) => fork))]
  const limit = `--max-count=${BASE_COMMITS_MAX}`
  const since = ["--no-merges", limit, base, ...forks.map((fork) => `^${fork}`)]
  const listed = await text(deps, repo, ["rev-list", ...since])
  const known = new Set((await patchIds(deps, repo, listed)).values())
  if (known.size === 0) return merged
  const squashed = forked.map(({ head, fork }) => `${head} ${fork}\n`).join("")
  const whole = await patchIds(deps, repo, squashed)
  const each = await patchIds(deps, repo, forked.flatMap(({ own }) => own).join("\n"))
  for (const { name, head, own } of forked) {
    const ids = own.map((commit) => each.get(commit))
    const isRebased = ids.every((id) => id !== undefined && known.has(id))
    if (isRebased || known.has(whole.get(head) ?? "")) merged.add(name)
  }
  return merged
}

/** Where each branch left the base. Those without a common commit are left out. */
async function withForks(deps: WorkDeps, repo: string, base: string, tips: Tip[]) {
  const found = tips.map(async (tip) => {
    // Only a branch that took the base in again has several, of which git finds the best.
    const isClear = tip.forks.length < 2
    const best = isClear ? tip.forks[0] : await maybe(deps, repo, ["merge-base", base, tip.head])
    return { ...tip, fork: best?.trim() ?? "" }
  })
  return (await Promise.all(found)).filter(({ fork }) => fork !== "")
}

/** Returns the patch id of each line, which is a commit or a commit and what to compare it with. */
async function patchIds(deps: WorkDeps, repo: string, lines: string) {
  if (lines.trim() === "") return new Map<string, string>()
  const limits = { timeout_ms: TIMEOUT_MS, bytes_max: BYTES_MAX }
  const stdin = lines.endsWith("\n") ? lines : `${lines}\n`
  const patches = await run(deps, repo, ["diff-tree", "--stdin", "-r", "-p", "--root"], {
    ...{ ...limits, stdin },
  })
  const ids = await text(deps, repo, ["patch-id", "--stable"], { ...limits, stdin: patches })
  const pairs = ids
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(" "))
  return new Map(pairs.map(([id = "", commit = ""]) => [commit, id]))
}

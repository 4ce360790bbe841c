import { stat } from "node:fs/promises"
import { isAbsolute } from "node:path"
import { z } from "zod"
import type { ResolvedModel } from "../../../engines/models/registry"
import type { DbDeps } from "../../../platform/deps"
import { invalid } from "../../../platform/errors"
import { workTreeOf } from "../../../platform/git/changes"
import type { AgentSnapshot } from "../../../platform/shapes/agent"
import type { RunInput } from "../../../platform/shapes/run"
import { type GraphDefinition, workOf } from "../../../platform/shapes/workflow-node"
import type { StepDeps } from "../deps"
import type { StepPlan } from "../engine/plan"
import * as stepStore from "../step-store"

type Started = {
  definition: GraphDefinition
  agents: Record<string, AgentSnapshot>
  /** The models of all nodes that use one. */
  models: ResolvedModel[]
  input: RunInput
}

/** Adds the repository to the input of a run with a Claude Code node. Throws ValidationError. */
export async function withRepository(
  deps: Pick<StepDeps, "db" | "config">,
  { definition, agents, models, input }: Started,
): Promise<RunInput> {
  const isSession = definition.nodes
    .flatMap((node) => workOf(node) ?? [])
    .map(({ agent }) => (agents[agent]?.type ?? agent) === "claude_code")
  if (!isSession.includes(true)) {
    const given = (["repo", "resume"] as const).find((key) => input[key] !== undefined)
    if (given) refuse(given, `No node of this run works in a repository: leave ${given} out.`)
    return input
  }
  const other = models.find(({ provider }, n) => isSession[n] && provider.name !== "claude-code")
  if (other)
    refuse("model", `Claude Code can't use the model "${other.id}": choose one of claude-code/….`)
  const before = input.resume ? await sessionOf(deps, input.resume) : undefined
  const { repo = before?.repo } = input
  if (before && repo !== before.repo) {
    refuse("repo", `The session of that run belongs to ${before.repo}.`)
  }
  return { ...input, repo: await requireRepository(deps, repo) }
}

/** Throws ValidationError unless the path is a directory in a git work tree. */
export async function requireRepository(
  { config }: Pick<StepDeps, "config">,
  repo: string | undefined,
): Promise<string> {
  if (repo === undefined) {
    return refuse("repo", "Give the absolute path of the repository to work in.")
  }
  if (!isAbsolute(repo)) return refuse("repo", `"${repo}" is not an absolute path.`)
  const found = await stat(repo).catch(() => undefined)
  if (!found?.isDirectory()) return refuse("repo", `The directory ${repo} doesn't exist.`)
  if (await workTreeOf(repo, config.programEnv)) return repo
  return refuse(
    "repo",
    `${repo} is not in a git repository: run git init there, or choose another.`,
  )
}

const sessionInput = z.object({ repo: z.string(), session_id: z.string() })

/** Returns the last session that a run began; for a revision, that of the version before. */
export async function sessionOf({ db }: DbDeps, runId: string, plan?: StepPlan) {
  const steps = (await stepStore.listSteps(db, [runId])).filter(
    ({ node, iteration, mapIndex }) =>
      !plan?.revision ||
      (node === plan.key.node && iteration < plan.key.iteration && mapIndex === plan.key.mapIndex),
  )
  const found = steps.flatMap(({ input }) => sessionInput.safeParse(input).data ?? []).at(-1)
  return found ?? refuse("resume", "There is no run with this id that has a session to continue.")
}

function refuse(field: keyof RunInput, message: string): never {
  throw invalid(`input.${field}`, message)
}

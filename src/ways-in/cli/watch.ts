import type { Run } from "../../features/runs/schema"
import type { Connection } from "./connect"
import type { Context, ExitCode } from "./context"
import { UsageError } from "./failure"
import { runs } from "./nouns"
import { type Add, outOption, under, usd, withCommonOptions, withFollowOptions } from "./options"
import { actAndFollow, type FollowOptions } from "./run/follow"
import { line } from "./run/next"

/** Follows a run that goes on elsewhere. It has ended or waits: says so at once. */
function watchRun(context: Context, id: string, options: FollowOptions): Promise<ExitCode> {
  return actAndFollow(context, options, async ({ client, own }) => {
    const run = await client.getRun(id)
    requireRunner(run, own, options)
    return run
  })
}

/** A command's own server takes over no runs, so following an unfinished one would never end. */
function requireRunner({ id, status }: Run, own: Connection["own"], options: FollowOptions): void {
  if (!own || status !== "running") return
  const resume = line(`runs resume ${id}`, options)
  throw new UsageError(
    `Run ${id} is unfinished, and no server goes on with it. To continue it: ${resume}`,
  )
}

function resumeRun(
  context: Context,
  id: string,
  { budget: budget_usd, ...options }: FollowOptions & { budget?: number },
): Promise<ExitCode> {
  return actAndFollow(context, options, ({ client }) => client.resumeRun(id, { budget_usd }))
}

export const addWatch: Add = (program, does) => {
  const command = under(program, runs.name)
  withCommonOptions(command.command("watch <id>"))
    .description("follow one to its end; its exit code is the run's")
    .option(...outOption)
    .action(does(watchRun))
  withFollowOptions(command.command("resume <id>"))
    .description("continue one that is paused, waits or was interrupted")
    .option("--budget <usd>", "new maximum cost in US dollars (default: as before)", usd)
    .action(does(resumeRun))
}

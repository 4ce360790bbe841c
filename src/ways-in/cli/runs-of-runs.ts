import { type Add, collect, withCommonOptions } from "./options"
import {
  compareRuns,
  exportRun,
  type ForkOptions,
  forkRun,
  listCheckpoints,
  replayRun,
} from "./runs"
import type { CommonOptions } from "./settings"

/** To `amelia runs`: runs that are made of runs, and two side by side. */
export const addRunsOfRuns: Add = (program, context, done) => {
  const command = program.commands.find((it) => it.name() === "runs") ?? program
  withCommonOptions(command.command("checkpoints <id>"))
    .description("list the moments from which it can be forked")
    .action(async (id: string, options: CommonOptions) =>
      done(await listCheckpoints(context, id, options)),
    )
  withCommonOptions(command.command("fork <id>"))
    .description("start a new run that goes on from a checkpoint of it")
    .requiredOption("--checkpoint <id>", "from where on")
    .option("--query <text>", "what it is about from then on")
    .option("--artifact <node=file>", "what a node is to have made; may be given again", collect)
    .action(async (id: string, options: ForkOptions) => done(await forkRun(context, id, options)))
  withCommonOptions(command.command("export <id>"))
    .description("print it with all that it was given, asked and made, as JSON")
    .option("--out <file>", "write it there")
    .action(async (id: string, options: CommonOptions & { out?: string }) =>
      done(await exportRun(context, id, options)),
    )
  withCommonOptions(command.command("replay <file>"))
    .description("run an exported one again, from its recorded answers alone")
    .action(async (path: string, options: CommonOptions) =>
      done(await replayRun(context, path, options)),
    )
  withCommonOptions(command.command("compare <id> <other>"))
    .description("set two side by side")
    .action(async (id: string, other: string, options: CommonOptions) =>
      done(await compareRuns(context, { id, other }, options)),
    )
}

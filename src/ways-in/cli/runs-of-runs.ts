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

/** Adds forking, exporting, replaying and comparing to `amelia runs`. */
export const addRunsOfRuns: Add = (program, context, done) => {
  const command = program.commands.find((it) => it.name() === "runs") ?? program
  withCommonOptions(command.command("checkpoints <id>"))
    .description("list the checkpoints it can be forked from")
    .action(async (id: string, options: CommonOptions) =>
      done(await listCheckpoints(context, id, options)),
    )
  withCommonOptions(command.command("fork <id>"))
    .description("start a new run from one of its checkpoints")
    .requiredOption("--checkpoint <id>", "checkpoint to start from")
    .option("--query <text>", "new query from there on")
    .option("--artifact <node=file>", "replace a node's artifact with a file; repeatable", collect)
    .action(async (id: string, options: ForkOptions) => done(await forkRun(context, id, options)))
  withCommonOptions(command.command("export <id>"))
    .description("print it with its input, model calls and artifacts, as JSON")
    .option("--out <file>", "write to this file instead")
    .action(async (id: string, options: CommonOptions & { out?: string }) =>
      done(await exportRun(context, id, options)),
    )
  withCommonOptions(command.command("replay <file>"))
    .description("rerun an exported one, using only its recorded answers")
    .action(async (path: string, options: CommonOptions) =>
      done(await replayRun(context, path, options)),
    )
  withCommonOptions(command.command("compare <id> <other>"))
    .description("compare two runs")
    .action(async (id: string, other: string, options: CommonOptions) =>
      done(await compareRuns(context, { id, other }, options)),
    )
}

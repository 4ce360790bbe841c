import type { Command } from "commander"
import type { Context, ExitCode } from "./context"
import { type DecideOptions, decide, decisions } from "./decide"
import { runs, workflows } from "./nouns"
import { type Add, withCommonOptions } from "./options"
import type { CommonOptions } from "./settings"
import { duplicateWorkflow, exportWorkflow, importWorkflow } from "./workflows"

/** What a person says at the gates of runs. */
export const addDecisions: Add = (program, context, done) => {
  for (const [name, { decision, description }] of Object.entries(decisions)) {
    const command = withCommonOptions(under(program, runs.name).command(`${name} <id>`))
      .description(description)
      .option("--node <node>", "the gate (default: the one that waits)")
    if (decision === "edit") command.option("--file <file>", "the new text; .json for the data")
    if (decision === "request_changes") command.option("--feedback <text>", "what should change")
    if (decision === "reject") command.option("--feedback <text>", "why")
    command.action(async (id: string, options: DecideOptions) =>
      done(await decide(context, { id, decision }, options)),
    )
  }
}

/** Workflows as files. */
export const addFiles: Add = (program, context, done) => {
  const add = (
    usage: string,
    description: string,
    act: (context: Context, what: string, options: CommonOptions) => Promise<ExitCode>,
  ) =>
    withCommonOptions(under(program, workflows.name).command(usage))
      .description(description)
      .action(async (what: string, options: CommonOptions) =>
        done(await act(context, what, options)),
      )
  add("export <id>", "print one, or a preset, as a file to import or run", exportWorkflow)
  add("import <file>", "make one of a definition file", importWorkflow)
  add("duplicate <id>", "make a copy of one, or of a preset", duplicateWorkflow)
}

function under(program: Command, name: string): Command {
  return program.commands.find((it) => it.name() === name) ?? program
}

import type { Command } from "commander"
import type { Context, ExitCode } from "./context"
import { type DecideOptions, decide, decisions } from "./decide"
import { runs, workflows } from "./nouns"
import { type Add, withCommonOptions } from "./options"
import type { CommonOptions } from "./settings"
import { duplicateWorkflow, exportWorkflow, importWorkflow } from "./workflows"

/** Adds the decisions at gates to `amelia runs`. */
export const addDecisions: Add = (program, context, done) => {
  for (const [name, { decision, description }] of Object.entries(decisions)) {
    const command = withCommonOptions(under(program, runs.name).command(`${name} <id>`))
      .description(description)
      .option("--node <node>", "the gate (default: the waiting one)")
    if (decision === "edit")
      command.option("--file <file>", "the new text (Markdown), or .json for the data")
    if (decision === "request_changes") command.option("--feedback <text>", "what should change")
    if (decision === "reject") command.option("--feedback <text>", "why")
    command.action(async (id: string, options: DecideOptions) =>
      done(await decide(context, { id, decision }, options)),
    )
  }
}

/** Adds the commands that read or write workflow definitions to `amelia workflows`. */
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
  add("import <file>", "create one from a definition file", importWorkflow)
  add("duplicate <id>", "copy one, or a preset", duplicateWorkflow)
}

function under(program: Command, name: string): Command {
  return program.commands.find((it) => it.name() === name) ?? program
}

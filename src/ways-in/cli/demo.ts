import { type Sample, sampleQuery } from "../../features/sample/schema"
import { findServer } from "../../platform/home/home"
import { shellQuoted } from "../../platform/home/shell"
import { answer } from "./answer"
import type { Context, ExitCode } from "./context"
import { type Add, verbose, withCommonOptions } from "./options"
import { runToEnd } from "./run"
import { type CommonOptions, loadConfig } from "./settings"

type DemoOptions = CommonOptions & {
  again?: boolean
  remove?: boolean
  model?: string
  out?: string
}

/** Loads the sample project and runs the main workflow on it, or shows its former run. */
async function demo(context: Context, options: DemoOptions): Promise<ExitCode> {
  if (options.remove) return remove(context, options)
  const { terminal } = context
  let runId = ""
  const exitCode = await runToEnd(context, sampleQuery, options, async (client, { input }) => {
    const sample = await client.startSample({ again: options.again, model: input.model })
    for (const line of beginning(sample)) terminal.err(`${line}\n`)
    runId = sample.run.id
    return sample.run
  })
  for (const line of await ending(context, options, runId)) terminal.err(`${line}\n`)
  return exitCode
}

function beginning({ documents, is_new }: Sample): string[] {
  const names = documents.map(({ name }) => name).join(", ")
  if (is_new) return [`Toolshed, a sample project: ${names}`]
  return ["The sample was planned before; this is that run. To plan it again: amelia demo --again"]
}

async function ending(context: Context, options: DemoOptions, runId: string): Promise<string[]> {
  const { config } = await loadConfig(context, options)
  const server = await findServer(config.home)
  const home = options.home ? ` --home ${shellQuoted(options.home)}` : ""
  const page = server ? `${server.url}/runs/${runId}` : `amelia serve --open${home}`
  return [
    `To see the plan beside its sources: ${page}`,
    `To remove the sample: amelia demo --remove${home}`,
  ]
}

function remove(context: Context, options: DemoOptions): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const json = await client.removeSample()
    const { documents, runs } = json
    const text =
      documents === 0
        ? "There is no sample.\n"
        : `Removed ${documents} documents and ${runs} ${runs === 1 ? "run" : "runs"}.\n`
    return { json, text }
  })
}

export const addDemo: Add = (program, does) => {
  withCommonOptions(program.command("demo"))
    .description("load a small sample project and plan it, to see what Amelia does")
    .option("--again", "plan it again, for example with another model")
    .option("--remove", "delete the sample's documents and runs")
    .option("--model <model>", "model for all steps: provider/model, auto or offline")
    .option("--out <dir>", "also write the artifacts here, as Markdown and JSON")
    .option(...verbose)
    .addHelpText(
      "after",
      "\nExamples:\n  amelia demo\n  amelia demo --again --model ollama/llama3.2\n  amelia demo --remove",
    )
    .action(does(demo))
}

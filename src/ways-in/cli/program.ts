import { Command, CommanderError } from "commander"
import { agentTypes } from "../../platform/shapes/agent-type"
import { showLogs, startAgent } from "./agents"
import { type Context, type ExitCode, exitCodes } from "./context"
import { doctor } from "./doctor"
import { addEval } from "./eval"
import { reportFailure } from "./failure"
import { type IngestOptions, ingest } from "./ingest"
import { listModels } from "./models"
import { act, type ListOptions, list, show } from "./noun"
import { agents, docs, folders, type Noun, runs, sessions, workflows } from "./nouns"
import { type Add, verbose, wholeNumber, withCommonOptions, withWorkOptions } from "./options"
import { addAsk, addSearch } from "./questions"
import { type RunOptions, run } from "./run"
import { addRunsOfRuns } from "./runs-of-runs"
import { serve } from "./serve"
import type { CommonOptions, ServeOptions } from "./settings"
import { addDecisions, addFiles } from "./steering"

/** Runs one command line (without the program's name) and returns its exit code. */
export async function runCommand(context: Context, args: string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done
  const program = createProgram(context, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(withDefaultCommand(args), { from: "user" })
    return exitCode
  } catch (error) {
    // Commander also throws for --help and --version, with exit code 0.
    if (error instanceof CommanderError) return endParsing(context, error, args)
    return await reportFailure(context, error, args.includes("--json"))
  }
}

/** Commander has already printed the error for people. Prints it as JSON if --json was given. */
async function endParsing(
  { terminal }: Context,
  { exitCode, message }: CommanderError,
  args: string[],
): Promise<ExitCode> {
  if (exitCode === 0) return exitCodes.done
  const failure = { error: "UsageError", message: message.replace(/^error: /, ""), details: {} }
  if (args.includes("--json")) await terminal.out(`${JSON.stringify(failure)}\n`)
  return exitCodes.usage
}

/** `amelia` and `amelia --port 9000` mean `serve`. An unknown command is still an error. */
function withDefaultCommand(args: string[]): string[] {
  const [first] = args
  const isProgramOption = first !== undefined && /^(-h|--help|-V|--version)$/.test(first)
  return first === undefined || (first.startsWith("-") && !isProgramOption)
    ? ["serve", ...args]
    : args
}

function createProgram(context: Context, done: (code: ExitCode) => void): Command {
  const program = new Command("amelia")
    .description(
      "A command center for LLM work on your own documents. Without a command, it serves.",
    )
    .version(context.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .addHelpText("after", programExamples)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.terminal.out(text),
      writeErr: context.terminal.err,
    })
  for (const add of [addServe, addRun, addIngest, addSearch, addAsk, addEval]) {
    add(program, context, done)
  }
  addAgents(program, context, done)
  addNoun(runs)(program, context, done)
  addDecisions(program, context, done)
  addRunsOfRuns(program, context, done)
  addNoun(workflows)(program, context, done)
  addFiles(program, context, done)
  addNoun(docs)(program, context, done)
  addNoun(folders)(program, context, done)
  addNoun(sessions)(program, context, done)
  addModels(program, context, done)
  addDoctor(program, context, done)
  return program
}

const programExamples = `
Examples:
  amelia                                            serve on http://127.0.0.1:8000
  amelia run discovery_design_planning --doc notes.md
  amelia ingest *.md
  amelia search "how are sessions stored"
  amelia ask "How are sessions stored?"

Results go to stdout; progress and logs go to stderr. Exit codes: 0 success, 1 failure,
2 usage error, 3 waiting for you, 130 interrupted. Settings come from <home>/config.env and the
environment.`

const addServe: Add = (program, context, done) => {
  withCommonOptions(program.command("serve"))
    .description("start the server and print its URL; Ctrl-C stops it")
    .option("--host <host>", "address to listen on (default: 127.0.0.1)")
    .option("--port <port>", "port to listen on, 0 for a free one (default: 8000)")
    .option("--open", "open the browser")
    .addHelpText("after", "\nExamples:\n  amelia serve --port 9000 --open\n  amelia --home ./trial")
    .action(async (options: ServeOptions) => done(await serve(context, options)))
}

const addRun: Add = (program, context, done) => {
  withWorkOptions(program.command("run"))
    .description("run a workflow to completion and print its artifacts")
    .argument("<workflow>", "preset name, or path to a JSON definition")
    .argument("[query]", "the task or question")
    .option("--yes", "approve every gate without asking")
    .addHelpText("after", runExamples)
    .action(async (workflow: string, query: string | undefined, options: RunOptions) =>
      done(await run(context, { workflow, query }, options)),
    )
}

const runExamples = `
Examples:
  amelia run discovery_design_planning "Plan the export" --doc notes.md --doc spec.md --out plan
  amelia run my-workflow.json "What is missing?" --model offline --json

A definition file is {"name": …, "nodes": [{"id", "name", "agent", "dependencies", …}]}.
At a gate it shows the artifact and asks you; without a terminal it exits with code 3.
An agent is the id of one of yours, or a type:
${agentTypes.join(", ")}.`

const addIngest: Add = (program, context, done) => {
  withCommonOptions(program.command("ingest"))
    .description("add files, folders and web pages to the documents")
    .argument("<path...>", "files, folders or web page URLs")
    .option("--dry-run", "only show what syncing the folders would do")
    .option("--force", "add files that look like secrets without asking")
    .option("--include-secrets", "in folders, also index files that look like secrets")
    .option("--no-include-secrets", "skip them (the default)")
    .option(...verbose)
    .addHelpText(
      "after",
      "\nExamples:\n  amelia ingest README.md docs/*.md\n  amelia ingest .\n  amelia ingest https://example.org/guide",
    )
    .action(async (paths: string[], options: IngestOptions) =>
      done(await ingest(context, paths, options)),
    )
}

const addModels: Add = (program, context, done) => {
  withCommonOptions(program.command("models"))
    .description("list the models you can use")
    .option(...verbose)
    .action(async (options: CommonOptions) => done(await listModels(context, options)))
}

const addDoctor: Add = (program, context, done) => {
  withCommonOptions(program.command("doctor"))
    .description("check what Amelia depends on, and say how to fix problems")
    .option(...verbose)
    .action(async (options: CommonOptions) => done(await doctor(context, options)))
}

/** The common commands of a noun, plus `start` and `logs`. */
const addAgents: Add = (program, context, done) => {
  addNoun(agents)(program, context, done)
  const command = program.commands.find((it) => it.name() === agents.name) ?? program
  withWorkOptions(command.command("start <id> [query]"))
    .description("start it, follow it to completion and print its artifacts")
    .action(async (id: string, query: string | undefined, options: RunOptions) =>
      done(await startAgent(context, { id, query }, options)),
    )
  withCommonOptions(command.command("logs <id>"))
    .description("print the last lines of its log")
    .option("--limit <n>", "maximum number of lines", wholeNumber(1, 200))
    .action(async (id: string, options: ListOptions) => done(await showLogs(context, id, options)))
}

/** Adds `amelia runs`, `amelia runs show ID`, and the noun's verbs. */
function addNoun<T>(noun: Noun<T>): Add {
  return (program, context, done) => {
    const command = program.command(noun.name).description(noun.description)
    withCommonOptions(command.command("list", { isDefault: true }))
      .description(`list the ${noun.name}`)
      .option("--limit <n>", "maximum number to list", wholeNumber(1, 200))
      .action(async (options: ListOptions) => done(await list(context, noun, options)))
    withCommonOptions(command.command("show <id>"))
      .description("print one in full")
      .action(async (id: string, options: CommonOptions) =>
        done(await show(context, noun, id, options)),
      )
    for (const verb of Object.keys(noun.verbs)) {
      withCommonOptions(command.command(`${verb} <id>`))
        .description(`${verb} it`)
        .action(async (id: string, options: CommonOptions) =>
          done(await act(context, { noun, verb, id }, options)),
        )
    }
  }
}

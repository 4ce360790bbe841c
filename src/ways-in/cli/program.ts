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

/** Carries out one command line (without the program's name) and gives its exit code. */
export async function runCommand(context: Context, args: string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done
  const program = createProgram(context, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(withDefaultCommand(args), { from: "user" })
    return exitCode
  } catch (error) {
    // Help and --version end the parsing too, as "errors" of code 0.
    if (error instanceof CommanderError) return endParsing(context, error, args)
    return await reportFailure(context, error, args.includes("--json"))
  }
}

/** Commander has told a person by now what was wrong; a program that asked for JSON is told here. */
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

/** `amelia` and `amelia --port 9000` serve. A word that is no command stays a mistake. */
function withDefaultCommand(args: string[]): string[] {
  const [first] = args
  const isOfProgram = first !== undefined && /^(-h|--help|-V|--version)$/.test(first)
  return first === undefined || (first.startsWith("-") && !isOfProgram) ? ["serve", ...args] : args
}

function createProgram(context: Context, done: (code: ExitCode) => void): Command {
  const program = new Command("amelia")
    .description("A command center for LLM work over your own documents. Alone: amelia serve.")
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

Results go to stdout, progress and logs to stderr. Exit codes: 0 done, 1 failed, 2 wrong usage,
3 waiting for you, 130 interrupted. Settings: <home>/config.env and the environment.`

const addServe: Add = (program, context, done) => {
  withCommonOptions(program.command("serve"))
    .description("start the server and print its URL; Ctrl-C ends it")
    .option("--host <host>", "address to listen on (default: 127.0.0.1)")
    .option("--port <port>", "port to listen on, 0 for a free one (default: 8000)")
    .option("--open", "open the browser")
    .addHelpText("after", "\nExamples:\n  amelia serve --port 9000 --open\n  amelia --home ./trial")
    .action(async (options: ServeOptions) => done(await serve(context, options)))
}

const addRun: Add = (program, context, done) => {
  withWorkOptions(program.command("run"))
    .description("run a workflow to its end and print what it made")
    .argument("<workflow>", "name of a preset, or path of a JSON definition")
    .argument("[query]", "what it is about")
    .option("--yes", "approve at each gate, without asking")
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
At a gate it shows what was made and asks; without a terminal it ends with exit code 3.
An agent is one of yours, by its id, or a type:
${agentTypes.join(", ")}.`

const addIngest: Add = (program, context, done) => {
  withCommonOptions(program.command("ingest"))
    .description("put files among the documents, and keep folders in step with them")
    .argument("<path...>", "files and folders to read, or addresses of web pages")
    .option("--dry-run", "only say what would be done of folders")
    .option("--force", "add files that look like secrets without asking")
    .option("--include-secrets", "also index files in folders that look like secrets")
    .option("--no-include-secrets", "skip them, which is the default")
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
    .description("list the models that can be used, as their providers tell them")
    .option(...verbose)
    .action(async (options: CommonOptions) => done(await listModels(context, options)))
}

const addDoctor: Add = (program, context, done) => {
  withCommonOptions(program.command("doctor"))
    .description("check what Amelia depends on, and say how to mend what is missing")
    .option(...verbose)
    .action(async (options: CommonOptions) => done(await doctor(context, options)))
}

/** As other nouns, and they can be started and tell what they do. */
const addAgents: Add = (program, context, done) => {
  addNoun(agents)(program, context, done)
  const command = program.commands.find((it) => it.name() === agents.name) ?? program
  withWorkOptions(command.command("start <id> [query]"))
    .description("start it, follow it to its end and print what it made")
    .action(async (id: string, query: string | undefined, options: RunOptions) =>
      done(await startAgent(context, { id, query }, options)),
    )
  withCommonOptions(command.command("logs <id>"))
    .description("print the end of its log")
    .option("--limit <n>", "how many lines at most", wholeNumber(1, 200))
    .action(async (id: string, options: ListOptions) => done(await showLogs(context, id, options)))
}

/** `amelia runs`, `amelia runs show ID`, and the noun's verbs. */
function addNoun<T>(noun: Noun<T>): Add {
  return (program, context, done) => {
    const command = program.command(noun.name).description(noun.description)
    withCommonOptions(command.command("list", { isDefault: true }))
      .description(`list the ${noun.name}`)
      .option("--limit <n>", "how many at most", wholeNumber(1, 200))
      .action(async (options: ListOptions) => done(await list(context, noun, options)))
    withCommonOptions(command.command("show <id>"))
      .description("print one in whole")
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

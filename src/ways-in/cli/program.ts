import { Command, CommanderError } from "commander"
import { addAgents } from "./agents"
import { addAsk } from "./ask"
import { addChat } from "./chat"
import { type Context, type ExitCode, exitCodes } from "./context"
import { addDecisions } from "./decide"
import { addDemo } from "./demo"
import { addDoctor } from "./doctor"
import { addEval } from "./eval"
import { reportFailure } from "./failure"
import { addBranches, addDiff, addRescue, addWorktrees } from "./git"
import { addIngest } from "./ingest"
import { addModels } from "./models"
import { addNoun } from "./noun"
import { docs, folders, runs, sessions, workflows } from "./nouns"
import { type Does, withCommonOptions } from "./options"
import { addPrompts } from "./prompts"
import { addRun } from "./run"
import { addRunsOfRuns } from "./runs"
import { addSearch } from "./search"
import { addServe } from "./serve"
import { addService } from "./service"
import { addSessions } from "./sessions"
import { addSetup } from "./setup"
import { addWatch } from "./watch"
import { addFiles } from "./workflows"

/** Runs one command line (without the program's name) and returns its exit code. */
export async function runCommand(context: Context, args: string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done
  const does: Does =
    (work) =>
    async (...given) => {
      exitCode = await work(context, ...given)
    }
  try {
    await createProgram(context, does).parseAsync(withDefaultCommand(args), { from: "user" })
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

/**
 * `amelia`, `amelia --port 9000` and `amelia --home DIR` mean `serve`. An unknown command is still
 * an error.
 */
function withDefaultCommand(args: string[]): string[] {
  let at = 0
  while (/^--(home|env-file|json)\b/.test(args[at] ?? "")) {
    at += /^--(home|env-file)$/.test(args[at] ?? "") ? 2 : 1
  }
  const first = args[at] ?? ""
  const isServe =
    first === "" || (first.startsWith("-") && !/^(-h|--help|-V|--version)$/.test(first))
  return isServe ? ["serve", ...args] : args
}

function createProgram(context: Context, does: Does): Command {
  const program = withCommonOptions(new Command("amelia"))
    .description(
      "A command center for LLM work on your own documents. Without a command, it serves.",
    )
    .version(context.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .addHelpText("after", examples)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.terminal.out(text),
      writeErr: context.terminal.err,
    })
    // The program takes the common options wherever they stand, even after the command.
    .hook("preAction", (_, command) => {
      for (const [name, value] of Object.entries(program.opts()))
        command.setOptionValue(name, value)
    })
  const daily = [
    addServe,
    addSetup,
    addDemo,
    addRun,
    addIngest,
    addSearch,
    addAsk,
    addChat,
    addEval,
  ]
  const ofRuns = [addAgents, addNoun(runs), addWatch, addDecisions, addRunsOfRuns]
  const ofNouns = [addNoun(workflows), addFiles, addNoun(docs), addNoun(folders)]
  const ofChats = [addNoun(sessions), addSessions, addPrompts]
  const ofGit = [addWorktrees, addBranches, addDiff, addRescue]
  const ofItself = [addModels, addDoctor, addService]
  for (const add of [...daily, ...ofRuns, ...ofNouns, ...ofChats, ...ofGit, ...ofItself])
    add(program, does)
  nameHelp(program, "amelia")
  return program
}

/** Makes each usage error name the help of its command. */
function nameHelp(command: Command, path: string): void {
  command.showHelpAfterError(`To see how it is used: ${path} --help`)
  for (const inner of command.commands) nameHelp(inner, `${path} ${inner.name()}`)
}

const examples = `
Examples:
  amelia                                            serve on http://127.0.0.1:8000
  amelia demo                                       plan a small sample project
  amelia run discovery_design_planning --doc notes.md
  amelia ingest *.md
  amelia search "how are sessions stored"
  amelia ask "How are sessions stored?"

Results go to stdout; progress and logs go to stderr. Exit codes: 0 success, 1 failure,
2 usage error, 3 waiting for you, 130 interrupted. Settings come from <home>/config.env and the
environment.`

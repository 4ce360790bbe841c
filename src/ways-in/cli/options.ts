import { type Command, InvalidArgumentError } from "commander"
import type { Context, ExitCode } from "./context"

/** Makes the action of a command from a function of its arguments and options. */
export type Does = <A extends unknown[]>(
  work: (context: Context, ...args: A) => Promise<ExitCode>,
) => (...args: A) => Promise<void>

/** Adds commands to `program` or to one of its commands. */
export type Add = (program: Command, does: Does) => void

/** Returns the command of a noun, such as `amelia runs`. */
export function under(program: Command, noun: string): Command {
  return program.commands.find((it) => it.name() === noun) ?? program
}

export function withCommonOptions(command: Command): Command {
  return command
    .option("--home <dir>", "home directory (default: AMELIA_HOME or ~/.local/share/amelia)")
    .option("--env-file <file>", "settings file to read instead of <home>/config.env")
    .option("--json", "print only JSON on stdout")
}

export function collect(value: string, before: string[] = []): string[] {
  return [...before, value]
}

export const outOption = [
  "--out <path>",
  "write the artifacts to a folder, or to one .md or .json file",
] as const

/** For commands after which a run goes on. */
export function withFollowOptions(command: Command): Command {
  return withCommonOptions(command)
    .option("--no-wait", "leave the run to the server instead of following it to its end")
    .option(...outOption)
}

export const verbose = ["--verbose", "show the log on stderr"] as const

export function withWorkOptions(command: Command): Command {
  return withCommonOptions(command)
    .option("--doc <file|url>", "use this document; repeatable", collect)
    .option("--force", "use documents that look like secrets without asking")
    .option("--model <model>", "model for all steps: provider/model, auto or offline")
    .option("--budget <usd>", "maximum cost in US dollars (default: BUDGET_RUN_USD)", usd)
    .option("--repo <dir>", "git repository for Claude Code to work in")
    .option(...outOption)
    .option(...verbose)
}

export function usd(text: string): number {
  if (/^(\d+\.?\d*|\.\d+)$/.test(text)) return Number(text)
  throw new InvalidArgumentError("It must be an amount in US dollars, such as 0.50.")
}

/** Returns a parser for an option that is a whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (!/^\d+$/.test(text) || number < min || number > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
    }
    return number
  }
}

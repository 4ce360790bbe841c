import { type Command, InvalidArgumentError } from "commander"
import type { Context, ExitCode } from "./context"

/** Puts commands under `program`, or under one that it has. */
export type Add = (program: Command, context: Context, done: (code: ExitCode) => void) => void

export function withCommonOptions(command: Command): Command {
  return command
    .option("--home <dir>", "home directory (default: AMELIA_HOME or ~/.local/share/amelia)")
    .option("--env-file <file>", "settings to read instead of <home>/config.env")
    .option("--json", "print JSON on stdout and nothing else there")
}

/** Of an option that may be given again. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value]
}

export const verbose = ["--verbose", "show the log on stderr"] as const

/** Of what is run to its end. */
export function withWorkOptions(command: Command): Command {
  return withCommonOptions(command)
    .option("--doc <file|url>", "use this document; may be given again", collect)
    .option("--force", "use documents that look like secrets without asking")
    .option("--model <model>", "model for all steps: provider/model, auto or offline")
    .option("--budget <usd>", "the most that it may cost (default: BUDGET_RUN_USD)", usd)
    .option("--repo <dir>", "work in this git repository, where Claude Code is to work")
    .option("--out <dir>", "also write the artifacts there, as Markdown and JSON")
    .option(...verbose)
}

function usd(text: string): number {
  if (/^(\d+\.?\d*|\.\d+)$/.test(text)) return Number(text)
  throw new InvalidArgumentError("It must be US dollars, such as 0.50.")
}

/** Reads an option that is such a number. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (!/^\d+$/.test(text) || number < min || number > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
    }
    return number
  }
}

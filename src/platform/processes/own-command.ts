import { join } from "node:path"

/** The files of this program. A sandbox must show them to run it. */
export const ownFiles = Bun.isStandaloneExecutable
  ? [process.execPath]
  : [process.execPath, join(import.meta.dir, "../../..")]

/** The command that starts this program again with a hidden subcommand. */
export function ownCommand(subcommand: string): [string, ...string[]] {
  if (Bun.isStandaloneExecutable) return [process.execPath, subcommand]
  return [process.execPath, join(import.meta.dir, "../../main.ts"), subcommand]
}

import { join } from "node:path"

/** Where this program lies. A sandbox must show it to run it. */
export const ownFiles = Bun.isStandaloneExecutable
  ? [process.execPath]
  : [process.execPath, join(import.meta.dir, "../../..")]

/** How this program starts itself again for one of its hidden subcommands. */
export function ownCommand(subcommand: string): [string, ...string[]] {
  if (Bun.isStandaloneExecutable) return [process.execPath, subcommand]
  return [process.execPath, join(import.meta.dir, "../../main.ts"), subcommand]
}

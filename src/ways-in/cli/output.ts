import { mkdirSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { withUmask } from "../../platform/files/umask"
import type { Context } from "./context"

export function writeOutput(context: Context, path: string, text: string): void {
  makeOutputFolder(context, dirname(path))
  withUmask(context.umask, () => writeFileSync(path, text))
}

export function makeOutputFolder({ umask }: Context, path: string): void {
  withUmask(umask, () => mkdirSync(path, { recursive: true }))
}

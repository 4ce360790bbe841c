import { readFile } from "node:fs/promises"
import { resolve } from "node:path"
import { messageOf } from "../../platform/errors"
import type { Context } from "./context"
import { UsageError } from "./failure"

/** Reads a file that was named on the command line. Throws UsageError if it can't be read. */
export async function readText({ cwd }: Context, file: string): Promise<string> {
  return readFile(resolve(cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new UsageError(`There is no file ${file}.`)
    throw new UsageError(`${file} can't be read: ${messageOf(error)}`)
  })
}

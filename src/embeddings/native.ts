import { existsSync } from "node:fs"
import { mkdir, rename, rm } from "node:fs/promises"
import { basename, join } from "node:path"
import { version } from "../../package.json" with { type: "json" }
import { runtimeFiles } from "../embedded"

const BINDING = "onnxruntime_binding.node"

/**
 * The path of onnxruntime's binding as a real file with its library beside it, since the system
 * loads nothing from inside a binary: extracted once, to `<home>/cache/<version>/onnxruntime`.
 * Undefined from source, where they are real files already.
 */
export async function nativeRuntime(home: string): Promise<string | undefined> {
  const files = runtimeFiles()
  if (files.length === 0) return undefined
  const directory = join(home, "cache", version, "onnxruntime")
  if (!existsSync(join(directory, BINDING))) await extract(files, directory)
  return join(directory, BINDING)
}

async function extract(files: Bun.BunFile[], directory: string): Promise<void> {
  const beside = `${directory}.new-${process.pid}`
  await mkdir(beside, { recursive: true, mode: 0o700 })
  for (const file of files) await Bun.write(join(beside, basename(file.name ?? "")), file)
  await rm(directory, { recursive: true, force: true })
  await rename(beside, directory)
}

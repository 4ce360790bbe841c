import { randomUUID } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, rename } from "node:fs/promises"
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

/** Two models may be opened at once: each file comes whole, and the binding after what it needs. */
async function extract(files: Bun.BunFile[], directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const paths = files.map((file) => ({ file, path: join(directory, basename(file.name ?? "")) }))
  const isBinding = ({ path }: { path: string }) => Number(path.endsWith(BINDING))
  for (const { file, path } of paths.sort((a, b) => isBinding(a) - isBinding(b))) {
    const beside = `${path}.new-${randomUUID()}`
    await Bun.write(beside, file)
    await rename(beside, path)
  }
}

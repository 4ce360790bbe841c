import { existsSync } from "node:fs"
import { mkdir, rename } from "node:fs/promises"
import { join } from "node:path"
import { version } from "../../../package.json" with { type: "json" }
import { vectorBundleFile } from "../../embedded"

/**
 * The path of pgvector's bundle as a real file: PGlite streams it, which does not work from inside
 * a binary. So it is extracted once, to `<home>/cache/<version>/`.
 */
export async function realVectorBundle(home: string): Promise<string> {
  const { file, isReal } = vectorBundleFile()
  if (isReal && file.name) return file.name
  const directory = join(home, "cache", version)
  const path = join(directory, "vector.tar.gz")
  if (existsSync(path)) return path
  await mkdir(directory, { recursive: true })
  const beside = `${path}.new-${process.pid}`
  await Bun.write(beside, await file.bytes())
  await rename(beside, path)
  return path
}

import { join } from "node:path"
import { vectorBundleFile } from "../../../embedded"
import { extract, type OnReplaced } from "../../home/cache"

/**
 * Verifies pgvector's bundle and returns its path. PGlite streams it and can't do so from inside a
 * binary, so it must be a real file. Call this before each load.
 */
export async function realVectorBundle(home: string, onReplaced: OnReplaced): Promise<string> {
  const bundle = await vectorBundleFile()
  if ("path" in bundle) return bundle.path
  return join(await extract(home, "pgvector", [bundle], onReplaced), bundle.name)
}

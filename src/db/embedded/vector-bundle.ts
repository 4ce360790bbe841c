import { join } from "node:path"
import { vectorBundleFile } from "../../embedded"
import { extract, type OnReplaced } from "../../home/cache"

/**
 * The path of pgvector's bundle as a real file: PGlite streams it, which does not work from inside
 * a binary. To be called each time before that, since it is verified then.
 */
export async function realVectorBundle(home: string, onReplaced: OnReplaced): Promise<string> {
  const bundle = await vectorBundleFile()
  if ("path" in bundle) return bundle.path
  return join(await extract(home, "pgvector", [bundle], onReplaced), bundle.name)
}

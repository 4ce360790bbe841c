import { join } from "node:path"
import { runtimeFiles } from "../../embedded"
import { extract, type OnReplaced } from "../../platform/home/cache"

/** Verifies onnxruntime's binding and the library beside it, and returns the binding's path. */
export type NativeRuntime = () => Promise<string>

/**
 * Extracts onnxruntime to real files, since the system can't load libraries from inside a binary.
 * Returns undefined when run from source. Call the result before each load.
 */
export function nativeRuntime(home: string, onReplaced: OnReplaced): NativeRuntime | undefined {
  if (!Bun.isStandaloneExecutable) return undefined
  return async () => {
    const directory = await extract(home, "onnxruntime", await runtimeFiles(), onReplaced)
    return join(directory, "onnxruntime_binding.node")
  }
}

import { join } from "node:path"
import { runtimeFiles } from "../embedded"
import { extract, type OnReplaced } from "../home/cache"

/** Gives the path of onnxruntime's binding, after verifying it and the library beside it. */
export type NativeRuntime = () => Promise<string>

/**
 * Onnxruntime as real files, since the system loads nothing from inside a binary. Undefined from
 * source, where they are that already. To be called each time before they are loaded.
 */
export function nativeRuntime(home: string, onReplaced: OnReplaced): NativeRuntime | undefined {
  if (!Bun.isStandaloneExecutable) return undefined
  return async () => {
    const directory = await extract(home, "onnxruntime", await runtimeFiles(), onReplaced)
    return join(directory, "onnxruntime_binding.node")
  }
}

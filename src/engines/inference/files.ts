import { existsSync } from "node:fs"
import { join } from "node:path"

/** The files that transformers.js reads. A file gets its name only once it is complete. */
const MODEL_FILES = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "onnx/model.onnx",
] as const

/** True for `owner/name` or `name`: a path that can't lead out of `<home>/models`. */
export function isModelName(name: string): boolean {
  return /^\w[\w.-]*(\/\w[\w.-]*)?$/.test(name)
}

/** Returns a model's folder, whether it was downloaded or copied there by hand. */
export function modelFolder(home: string, model: string): string {
  return join(home, "models", model)
}

export function missingFiles(folder: string): string[] {
  return MODEL_FILES.filter((path) => !existsSync(join(folder, path)))
}

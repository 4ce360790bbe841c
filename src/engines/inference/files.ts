import { existsSync } from "node:fs"
import { join } from "node:path"

/** What transformers.js reads of a model. A file stands under its name only when it is whole. */
const MODEL_FILES = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "onnx/model.onnx",
] as const

/** `owner/name` or `name`, which is a path below `<home>/models` and leads nowhere else. */
export function isModelName(name: string): boolean {
  return /^\w[\w.-]*(\/\w[\w.-]*)?$/.test(name)
}

/** Where a model is, whether it was fetched or copied there by a person. */
export function modelFolder(home: string, model: string): string {
  return join(home, "models", model)
}

export function missingFiles(folder: string): string[] {
  return MODEL_FILES.filter((path) => !existsSync(join(folder, path)))
}

import { join } from "node:path"
import type { EngineDeps } from "../deps"
import type { CrossEncoder } from "./cross-encoder"
import { type Embedder, ollamaModel } from "./embedder"
import { fetchModel } from "./fetch-model"
import { isModelName, missingFiles, modelFolder } from "./files"
import { openCrossEncoder, openLocal } from "./local"
import { nativeRuntime } from "./native"
import { openOllama } from "./ollama"

type OpenDeps = Pick<EngineDeps, "config" | "log">
type Fetching = {
  signal: AbortSignal
  progress: (bytes: { done: number; total: number }) => void
}

/** Opens a model. Its files are fetched if they are missing and `fetching` is given. */
export async function openEmbedder(
  deps: OpenDeps,
  name: string,
  fetching?: Fetching,
): Promise<Embedder> {
  const ofOllama = ollamaModel(name)
  if (ofOllama) return openOllama({ baseUrl: deps.config.ollamaBaseUrl, model: ofOllama })
  return await openLocal(await placeOf(deps, name, fetching))
}

/** Opens a model that reads query and passage together; its files are fetched if they are missing. */
export async function openReranker(
  deps: OpenDeps,
  name: string,
  fetching: Fetching,
): Promise<CrossEncoder> {
  return await openCrossEncoder(await placeOf(deps, name, fetching))
}

async function placeOf({ config, log }: OpenDeps, name: string, fetching?: Fetching) {
  if (!isModelName(name)) throw new Error(`${name} is no name of a model.`)
  const { home, embeddingHubUrl: hubUrl } = config
  const folder = modelFolder(home, name)
  if (fetching) await fetchModel({ hubUrl, model: name, folder, ...fetching })
  const missing = missingFiles(folder)
  if (missing.length > 0) throw new Error(`${folder} has no ${missing.join(", ")}.`)
  const runtime = nativeRuntime(home, (path) =>
    log.warn({ module: "embeddings", event: "cache.replaced", path }),
  )
  return { models: join(home, "models"), model: name, runtime }
}

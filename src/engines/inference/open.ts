import { join } from "node:path"
import { runtimeFiles } from "../../embedded"
import type { PlatformDeps } from "../../platform/deps"
import { extract, type OnReplaced } from "../../platform/home/cache"
import { type CrossEncoder, type Embedder, ollamaModel } from "./embedder"
import { fetchModel } from "./fetch-model"
import { isModelName, missingFiles, modelFolder } from "./files"
import { type Location, openCrossEncoder, openLocal } from "./local"
import { openOllama } from "./ollama"

type OpenDeps = Pick<PlatformDeps, "config" | "log">
type Fetching = {
  signal: AbortSignal
  progress: (bytes: { done: number; total: number }) => void
}

/** Opens an embedding model. Downloads missing files if `fetching` is given. */
export async function openEmbedder(
  deps: OpenDeps,
  name: string,
  fetching?: Fetching,
): Promise<Embedder> {
  const ofOllama = ollamaModel(name)
  if (ofOllama) return openOllama({ baseUrl: deps.config.ollamaBaseUrl, model: ofOllama })
  return await openLocal(await locate(deps, name, fetching))
}

export async function openReranker(
  deps: OpenDeps,
  name: string,
  fetching: Fetching,
): Promise<CrossEncoder> {
  return await openCrossEncoder(await locate(deps, name, fetching))
}

async function locate({ config, log }: OpenDeps, name: string, fetching?: Fetching) {
  if (!isModelName(name)) throw new Error(`${name} is not a valid model name.`)
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

/** Extracts onnxruntime, since the system can't load libraries from inside a binary. */
function nativeRuntime(home: string, onReplaced: OnReplaced): Location["runtime"] {
  if (!Bun.isStandaloneExecutable) return undefined
  return async () => {
    const directory = await extract(home, "onnxruntime", await runtimeFiles(), onReplaced)
    return join(directory, "onnxruntime_binding.node")
  }
}

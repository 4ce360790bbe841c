import { newPrepareWorker } from "../../../embedded"
import { connect } from "../../../platform/async/rpc"
import type { DocumentType } from "../../../platform/shapes/document"
import type { PackedPassages } from "../../index/indexing"
import { grammarOf } from "../code/languages"
import { extensionOf } from "../extension"
import { type Preparation, prepare } from "./prepare"
import type { PrepareCalls } from "./prepare-worker"

/** Less text than this is prepared before a worker has warmed up. */
const CHARACTERS_MIN = 500_000

export type Preparer = Disposable & {
  prepare(preparation: Preparation): Promise<PackedPassages>
}

/** `text` is missing for a file that is converted elsewhere. */
type FileToPrepare = { name: string; type: DocumentType; sizeBytes: number; text?: unknown }

/**
 * Prepares such files: in a worker, that the event loop is free for others, if it is much text, or
 * code to be parsed, whose parser gives memory back only with its thread.
 */
export function startPreparer(files: FileToPrepare[]): Preparer {
  const characters = files.reduce((sum, { text, sizeBytes }) => sum + (text ? sizeBytes : 0), 0)
  const isParsed = files.some(({ name, type }) => type === "code" && grammarOf(extensionOf(name)))
  const needsWorker = isParsed || characters >= CHARACTERS_MIN
  return needsWorker ? startWorker() : { prepare, [Symbol.dispose]() {} }
}

function startWorker(): Preparer {
  const worker = connect<PrepareCalls>(newPrepareWorker(), "prepares documents")
  return {
    prepare: (preparation) => worker.call("prepare", preparation),
    [Symbol.dispose]: () => worker[Symbol.dispose](),
  }
}

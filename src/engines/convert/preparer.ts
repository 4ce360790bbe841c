import { newPrepareWorker } from "../../embedded"
import { connect } from "../../platform/async/rpc"
import { grammarOf } from "./code/languages"
import type { SourceFile } from "./convert"
import { extensionOf } from "./extension"
import { type Preparation, type Prepared, prepareInOrder } from "./prepare"
import type { PrepareCalls } from "./prepare-worker"

/** Less than this is prepared before a worker has warmed up. */
const WORKER_BYTES_MIN = 500_000

export type Preparer = Disposable & {
  prepare(preparation: Preparation): Promise<Prepared>
}

/** Uses a worker for many bytes, and for code, whose parser frees memory only with its thread. */
export function startPreparer(
  files: (Pick<SourceFile, "name" | "type"> & { sizeBytes: number })[],
): Preparer {
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const isParsed = files.some(({ name, type }) => type === "code" && grammarOf(extensionOf(name)))
  if (isParsed || bytes >= WORKER_BYTES_MIN) return startWorker()
  return { prepare: prepareInOrder(), [Symbol.dispose]() {} }
}

function startWorker(): Preparer {
  const worker = connect<PrepareCalls>(newPrepareWorker(), "prepares documents")
  return {
    prepare: (preparation) => worker.call("prepare", preparation),
    [Symbol.dispose]: () => worker[Symbol.dispose](),
  }
}

import { messageOf } from "../../../platform/errors"
import type { PackedPassages } from "../../index/indexing"
import { CodeReader } from "../code/reader"
import { type Preparation, prepare } from "./prepare"

/** What this worker answers, one for each preparation and in their order. */
export type Prepared = { packed: PackedPassages } | { failure: string }

declare const self: Worker

serve(self)

/** One preparation after another, in the order of their arrival. */
function serve(port: Worker): void {
  const code = new CodeReader()
  let last: Promise<void> = Promise.resolve()
  port.onmessage = ({ data }: MessageEvent<Preparation>) => {
    last = last.then(async () => port.postMessage(await answer(data, code)))
  }
}

async function answer(preparation: Preparation, code: CodeReader): Promise<Prepared> {
  try {
    return { packed: await prepare(preparation, code) }
  } catch (thrown) {
    return { failure: messageOf(thrown) }
  }
}

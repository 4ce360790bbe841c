import { messageOf } from "../../platform/errors"
import { CodeReader } from "./code/reader"
import { type Preparation, type Prepared, prepareFiles } from "./prepare"

/** The worker sends one answer to each preparation, in order. */
export type Answer = { prepared: Prepared } | { failure: string }

declare const self: Worker

serve(self)

function serve(port: Worker): void {
  const code = new CodeReader()
  let last: Promise<void> = Promise.resolve()
  port.onmessage = ({ data }: MessageEvent<Preparation>) => {
    last = last.then(async () => port.postMessage(await answer(data, code)))
  }
}

async function answer(preparation: Preparation, code: CodeReader): Promise<Answer> {
  try {
    return { prepared: await prepareFiles(preparation, code) }
  } catch (thrown) {
    return { failure: messageOf(thrown) }
  }
}

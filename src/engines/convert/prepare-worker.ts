import { messageOf } from "../../platform/errors"
import { type Preparation, type Prepared, prepareInOrder } from "./prepare"

/** The worker sends one answer to each preparation, in order. */
export type Answer = { prepared: Prepared } | { failure: string }

declare const self: Worker

serve(self)

function serve(port: Worker): void {
  const prepare = prepareInOrder()
  const send = (answer: Answer) => port.postMessage(answer)
  port.onmessage = ({ data }: MessageEvent<Preparation>) => {
    prepare(data).then(
      (prepared) => send({ prepared }),
      (thrown) => send({ failure: messageOf(thrown) }),
    )
  }
}

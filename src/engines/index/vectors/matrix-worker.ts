import { Matrix, type MatrixAnswer, type ToMatrix } from "./matrix"

declare const self: Worker

serve(self)

/** Holds one matrix, so that scans don't block the event loop. An error ends the worker. */
function serve(port: Worker): void {
  let opened: Matrix | undefined
  const answer = (message: ToMatrix): MatrixAnswer | undefined => {
    if (message.type === "open") opened = new Matrix(message.dimension)
    if (!opened) throw new Error("The matrix got a message before it was opened.")
    switch (message.type) {
      case "open":
        return undefined
      case "put":
        return void opened.put(message.rows)
      case "keep":
        return void retain(opened, new Set(message.ids), true)
      case "forget":
        return void retain(opened, new Set(message.ids), false)
      case "search":
        return opened.search(message.query)
    }
  }
  port.onmessage = ({ data }: MessageEvent<ToMatrix>) => {
    const answered = answer(data)
    if (answered) port.postMessage(answered)
  }
}

function retain(matrix: Matrix, ids: Set<number>, listed: boolean): void {
  matrix.retain((id) => ids.has(id) === listed)
}

import { serve } from "../../../platform/async/rpc"
import { Matrix, type MatrixQuery, type Rows } from "./matrix"

declare const self: Worker

export type MatrixCalls = ReturnType<typeof matrixCalls>

serve(self, matrixCalls())

/** Holds one matrix, so that a scan keeps nobody from the event loop. */
function matrixCalls() {
  let opened: Matrix | undefined
  const matrix = () => {
    if (!opened) throw new Error("The matrix was spoken to before it was opened.")
    return opened
  }
  const retain = (ids: Set<number>, listed: boolean) =>
    matrix().retain((id) => ids.has(id) === listed)
  return {
    open(dimension: number): void {
      opened = new Matrix(dimension)
    },
    put: (rows: Rows) => matrix().put(rows),
    keep: (ids: number[]) => retain(new Set(ids), true),
    forget: (ids: number[]) => retain(new Set(ids), false),
    search: (query: MatrixQuery) => matrix().search(query),
  }
}

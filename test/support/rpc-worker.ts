import { moved, serve } from "../../src/platform/async/rpc"
import { AppError } from "../../src/platform/errors"

declare const self: Worker

const calls = {
  add: ({ a, b }: { a: number; b: number }) => a + b,
  /** The first of two calls takes longer, and is answered first all the same. */
  slowly: async (ms: number) => {
    await Bun.sleep(ms)
    return ms
  },
  countAfter: async ({ ms, ends }: { ms: number; ends: SharedArrayBuffer }) => {
    await Bun.sleep(ms)
    Atomics.add(new Int32Array(ends), 0, 1)
  },
  double: (numbers: Float32Array<ArrayBuffer>) => {
    const doubled = numbers.map((it) => it * 2)
    return moved(doubled, [doubled.buffer])
  },
  failApp: (id: string) => {
    throw new AppError("NotFoundError", "There is no such thing. Look elsewhere.", { id })
  },
  failCode: () => {
    throw Object.assign(new TypeError("No such file."), { code: "ENOENT" })
  },
  failBare: () => {
    throw "just words"
  },
  answerFunction: () => () => 1,
  crash: () => {
    queueMicrotask(() => {
      throw new Error("It broke.")
    })
    return new Promise<never>(() => {})
  },
  exit: () => process.exit(3),
  never: () => new Promise<never>(() => {}),
}

export type TestCalls = typeof calls

serve(self, calls)

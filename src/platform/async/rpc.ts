import { AppError, errorNames, messageOf } from "../errors"

/** The functions that a worker serves. Their arguments and results must be cloneable. */
type Calls = Record<string, (input: never) => unknown>
type Name<C extends Calls> = keyof C & string
type Input<C extends Calls, N extends Name<C>> = Parameters<C[N]>[0]
type Answer<C extends Calls, N extends Name<C>> =
  Awaited<ReturnType<C[N]>> extends infer A ? (A extends Moved<infer V> ? V : A) : never

type Question = { id: number; name: string; input: unknown }
type Reply = { id: number; value: unknown } | { id: number; failure: Failure }
/** An error sent between threads. Cloning would lose its class and its own fields. */
type Failure = {
  name: string
  message: string
  code: unknown
  details: Record<string, unknown> | undefined
}

/** The worker can't be called any more: it crashed, was killed or was closed. */
export class WorkerEnded extends Error {
  override readonly name = "WorkerEnded"
}

export type Caller<C extends Calls> = Disposable & {
  /**
   * Calls a function of the worker. Rethrows its error: an AppError unchanged, any other with its
   * name, message and code. Throws WorkerEnded if the worker ends first. `transfer` lists buffers
   * to move instead of copying.
   */
  call<N extends Name<C>>(
    name: N,
    input: Input<C, N>,
    transfer?: ArrayBuffer[],
  ): Promise<Answer<C, N>>
  [Symbol.dispose](): void
}

type Options = {
  /** Called once if the worker ends without being disposed. */
  ended?: (reason: WorkerEnded) => void
  /** It runs native code, which takes the whole process with it if it is ended within a call. */
  isNative?: boolean
}

/** Connects to a worker that serves `C`. `does` completes "The worker that …" in error messages. */
export function connect<C extends Calls>(
  worker: Worker,
  does: string,
  { ended = () => {}, isNative = false }: Options = {},
): Caller<C> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let over: WorkerEnded | undefined
  let last = 0
  let unanswered = 0

  function end(why: string, canWait = false): boolean {
    if (over) return false
    over = new WorkerEnded(`The worker that ${does} ended: ${why}`)
    if (!canWait || unanswered === 0) worker.terminate()
    for (const { reject } of waiting.values()) reject(over)
    waiting.clear()
    return true
  }
  function crash(why: string): void {
    if (end(why) && over) ended(over)
  }

  worker.onmessage = ({ data }: MessageEvent<Reply>) => {
    const answer = waiting.get(data.id)
    waiting.delete(data.id)
    unanswered--
    if (over && unanswered === 0) worker.terminate()
    if ("failure" in data) answer?.reject(errorOf(data.failure))
    else answer?.resolve(data.value)
  }
  worker.addEventListener("error", (event) => {
    event.preventDefault()
    crash(event.message)
  })
  worker.addEventListener("close", () => crash("it gave no reason."))
  return {
    async call<N extends Name<C>>(name: N, input: Input<C, N>, transfer: ArrayBuffer[] = []) {
      if (over) throw over
      const id = ++last
      const question: Question = { id, name, input }
      worker.postMessage(question, transfer)
      unanswered++
      const answer = Promise.withResolvers<unknown>()
      waiting.set(id, answer)
      return (await answer.promise) as Answer<C, N>
    },
    [Symbol.dispose]: () => void end("it was closed.", isNative),
  }
}

class Moved<V> {
  constructor(
    readonly value: V,
    readonly transfer: ArrayBuffer[],
  ) {}
}

/** Marks a result whose buffers move to the caller instead of being copied. */
export function moved<V>(value: V, transfer: ArrayBuffer[]): Moved<V> {
  return new Moved(value, transfer)
}

/** Serves calls in a worker, one at a time in order of arrival. */
export function serve(port: Worker, calls: Calls): void {
  let last: Promise<void> = Promise.resolve()
  port.onmessage = ({ data }: MessageEvent<Question>) => {
    last = last.then(() => answer(port, calls, data))
  }
}

async function answer(port: Worker, calls: Calls, { id, name, input }: Question): Promise<void> {
  const post = (reply: Reply, transfer: ArrayBuffer[] = []) => port.postMessage(reply, transfer)
  try {
    const call = calls[name] as (input: unknown) => unknown
    const result = await call(input)
    if (result instanceof Moved) post({ id, value: result.value }, result.transfer)
    else post({ id, value: result })
  } catch (thrown) {
    post({ id, failure: failureOf(thrown) })
  }
}

function failureOf(thrown: unknown): Failure {
  const { name = "Error", code } = Object(thrown) as { name?: string; code?: unknown }
  const details = thrown instanceof AppError ? thrown.details : undefined
  return { name, message: messageOf(thrown), code, details }
}

function errorOf({ name, message, code, details }: Failure): Error {
  const known = errorNames.find((it) => it === name)
  if (known && details) return new AppError(known, message, details)
  return Object.assign(new Error(message), { name }, code === undefined ? {} : { code })
}

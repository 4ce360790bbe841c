/**
 * What a promise rejects with; throws if it resolves. Use this where a server of the same process
 * must answer first: `expect(promise).rejects` of Bun waits in a way that can starve its worker.
 */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return error
  }
  throw new Error(`This should have failed, but gave ${JSON.stringify(value)}.`)
}

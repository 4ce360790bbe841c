/**
 * What a promise is rejected with. To be used instead of `expect(promise).rejects`, during which
 * Bun delivers no messages of workers, so that whatever needs the embedded database hangs.
 */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const [result] = await Promise.allSettled([promise])
  if (result.status === "rejected") return result.reason
  throw new Error("The promise was fulfilled.")
}

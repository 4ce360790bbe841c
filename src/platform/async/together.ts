/**
 * Like Promise.all, but waits for all promises before it throws the first failure in order. Use
 * this in transactions: work that continues after a rollback would write outside of it.
 */
export async function together<T extends readonly unknown[]>(
  promises: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(promises)
  for (const it of settled) if (it.status === "rejected") throw it.reason
  return Promise.all(promises)
}

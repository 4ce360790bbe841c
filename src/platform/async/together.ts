/**
 * As Promise.all, but it waits for all of them before it throws what failed first in their order.
 * Within a transaction nothing else will do: what still goes on when that is rolled back would
 * write outside of it.
 */
export async function together<T extends readonly unknown[]>(
  promises: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(promises)
  for (const it of settled) if (it.status === "rejected") throw it.reason
  return Promise.all(promises)
}

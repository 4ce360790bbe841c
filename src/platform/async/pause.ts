import { setTimeout as delay } from "node:timers/promises"

/** Waits for `ms`. If the signal aborts first, throws the signal's reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
}

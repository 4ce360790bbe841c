import type { PlatformDeps } from "../deps"
import { transact } from "./transact"

/** Tells of what is out of order and stores it. Never rejects: what can't be stored is logged. */
export async function warn(
  deps: Pick<PlatformDeps, "db" | "events" | "log">,
  message: string,
  context: Record<string, unknown>,
): Promise<void> {
  deps.log.warn({ event: "system.warning", reason: message, ...context })
  const data = { message, ...context }
  await transact(deps, async (_, emit) => emit({ type: "system.warning", data })).catch((err) =>
    deps.log.error({ event: "system.untold", err }),
  )
}

import type { PlatformDeps } from "../deps"
import { transact } from "./transact"

/** Logs a warning and stores it as an event. Never rejects; if storing fails, it logs that. */
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

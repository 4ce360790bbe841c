import { createApp } from "../../src/app"
import { readConfig } from "../../src/platform/config/config"
import { createWebSockets } from "../../src/platform/events/websocket"
import { silentLog } from "../../src/platform/log/log"
import { wire } from "../../src/server"
import { openTestDatabase } from "./database"

export type Route = { method: string; path: string }

/** Every route that the app has, so that a new one can't be forgotten, with ids of nothing. */
export async function appRoutes(): Promise<Route[]> {
  await using database = await openTestDatabase()
  const { config } = await readConfig({ env: { AMELIA_HOME: "/nowhere" } })
  const deps = await wire({ config, log: silentLog() }, database, { ready: true, reason: "" })
  const own = createApp(deps, createWebSockets(deps)).routes.filter(
    ({ method }) => method !== "ALL",
  )
  deps.events.close()
  return own.map(({ method, path }) => ({ method, path: concrete(path) }))
}

/** A path that the route matches. */
function concrete(path: string): string {
  return path.replace(/:\w+\{.+\}$/, "one.md").replace(/:\w+/g, Bun.randomUUIDv7())
}

/**
 * A process whose home is on a small disk of its own. Again and again it leaves little room there,
 * kills a process that writes into that, makes room, and looks for what was said to be committed.
 * Says the number of kills. Arguments: home, kills.
 */
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { freeBytes } from "../../src/platform/db/embedded/room"
import { randomOf, victim } from "./crashes"
import { expectKept } from "./database-kept"

const [home = "", kills = "0"] = process.argv.slice(2)
const ballast = join(home, "ballast")
const MB = 1024 ** 2
let said = 0
for (let kill = 0; kill < Number(kills); kill++) {
  const random = randomOf(kill)
  const killed = victim("database-crash-child.ts", home, "write")
  await killed.said("begin")
  const room = new Uint8Array(Math.max(0, freeBytes(home) - random() * 4 * MB))
  // The other takes of it meanwhile; then less of this fits.
  await Bun.write(ballast, room).catch(() => {})
  // It may end by itself, for want of room.
  const ended = killed.said("done").catch(() => {})
  await Promise.race([ended, delay(random() * 1000)])
  const lines = await killed.kill()
  said = Math.max(said, ...lines.map(Number).filter(Number.isFinite))
  await rm(ballast)
  await expectKept(home, said)
}
console.log(JSON.stringify({ kills: Number(kills) }))

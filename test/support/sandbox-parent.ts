/** A process for a test to kill: it starts a program in a sandbox. Its argument is that one's home. */
import { text } from "node:stream/consumers"
import { startConfined } from "./sandbox"

const [home = ""] = process.argv.slice(2)
const env = { PATH: process.env.PATH ?? "", HOME: home }
const script = "trap '' TERM; setsid sleep 1000 & (setsid sleep 1000 &); echo started; wait"
const child = await startConfined(script, { network: "outside" }, { env })
child.stdout.on("data", (bytes) => process.stdout.write(bytes))
await text(child.stderr)

/**
 * A process for a test to kill while it makes a database as the binary does, out of an archive.
 * Arguments: home, archive.
 */
import { join } from "node:path"
import { unpack } from "../../src/platform/db/embedded/archive"
import { ensureDirectory } from "../../src/platform/db/embedded/first-start"

const [home = "", archive = ""] = process.argv.slice(2)
console.log("begin")
await ensureDirectory(join(home, "db"), (empty) => unpack(Bun.file(archive), empty))
console.log("done")
setInterval(() => {}, 1000)

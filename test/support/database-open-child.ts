/** A process that opens the database of a home and says as JSON how that went. Argument: home. */
import { openDatabase } from "../../src/platform/db/open"

const [home = ""] = process.argv.slice(2)
const opened = await openDatabase({ databaseUrl: undefined, poolSize: 1, home }).catch((e) => e)
if (opened instanceof Error) {
  const { name, message } = opened
  console.log(JSON.stringify({ name, message }))
} else {
  await opened.close()
  console.log(JSON.stringify({ name: "opened" }))
}

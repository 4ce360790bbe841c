/**
 * A process that writes numbered lines to a log file, half of them yesterday and half today,
 * as soon as its stdin ends. Arguments: path, name of the process, lines.
 */
import { logFile } from "../../src/platform/log/file"

const [path = "", name = "", count = "0"] = process.argv.slice(2)
const half = Number(count) / 2
let line = 0
const file = logFile({
  path,
  daily: true,
  retention_days: 30,
  now: () => new Date(Date.now() - (line < half ? 86_400_000 : 0)),
  onProblem(problem) {
    throw problem
  },
})
await Bun.stdin.text()
for (; line < half * 2; line++) file.write(`${name} ${line}\n`)

/**
 * A process whose log is on a small disk. It logs until that is full and some lines more, makes
 * room, logs once more and says as JSON what the problems and the file were. Argument: directory.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { logFile } from "../../src/platform/log/file"

const [directory = ""] = process.argv.slice(2)
const path = join(directory, "amelia.log")
const ballast = join(directory, "ballast")
const problems: unknown[] = []
const file = logFile({
  path,
  daily: true,
  retention_days: 30,
  now: () => new Date(),
  onProblem: (problem) => problems.push((problem as NodeJS.ErrnoException).code),
})
const log = (n: number) => file.write(`${JSON.stringify({ n, text: "x".repeat(1000) })}\n`)

writeFileSync(ballast, "x".repeat(8192))
for (let n = 0; n < 20; n++) log(n)
rmSync(ballast)
log(20)
const lines = readFileSync(path, "utf8").trimEnd().split("\n")
console.log(JSON.stringify({ problems, last: lines.at(-1), torn: lines.at(-2) }))

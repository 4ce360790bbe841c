/**
 * A process for a test to kill: it starts two programs that start others, and passes on what those
 * say, their process ids. Arguments: the command of another supervisor, if it is not to be ours.
 */
import { startChild } from "../../src/platform/processes/child"

const [program, ...args] = process.argv.slice(2)
const line =
  "setsid sh -c 'echo $$; exec sleep 1000' & (setsid sh -c 'echo $$; sleep 1000' &); wait"
const env = { PATH: process.env.PATH ?? "" }
for (let n = 0; n < 2; n++) {
  const options = { argv: ["sh", "-c", line] as [string, ...string[]], cwd: "/", env }
  const child = await (program ? startChild(options, [program, ...args]) : startChild(options))
  console.log(child.pid)
  child.stdout.pipe(process.stdout)
}

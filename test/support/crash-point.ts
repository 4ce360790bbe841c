/**
 * Loaded before a server that a test wants to die at one point of what it does: `CRASH_AT` is
 * `before 17` or `after 17`, the 17th message to the embedded engine, or another worker, since a
 * statement that begins as `CRASH_FROM` says (by default the one that stores a run), or the answer
 * to it. Each message's statement is written to the file that `CRASH_POINTS` names.
 */
import { appendFileSync } from "node:fs"

const { CRASH_AT, CRASH_POINTS, CRASH_FROM = 'insert into "amelia"."runs"' } = process.env
const [side, nth] = CRASH_AT?.split(" ") ?? []
const post = Worker.prototype.postMessage
const statements = new Map<string, string>()
let sent = 0

Worker.prototype.postMessage = function (this: Worker, ...args: unknown[]) {
  const { type, bytes } = args[0] as { type: string; bytes: Uint8Array }
  const said = type === "bytes" ? statementsIn(Buffer.from(bytes)) : []
  if (sent > 0 || said.some((it) => it.startsWith(CRASH_FROM))) {
    sent++
    if (CRASH_POINTS) appendFileSync(CRASH_POINTS, `${said.join("; ")}\n`)
    if (`${sent}` === nth && side === "before") die()
    if (`${sent}` === nth) this.addEventListener("message", die, { once: true })
  }
  post.apply(this, args as never)
}

function die(): void {
  process.kill(process.pid, "SIGKILL")
}

/** The beginnings of the statements in messages of PostgreSQL's protocol, prepared ones too. */
function statementsIn(bytes: Buffer): string[] {
  const found: string[] = []
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 1 + bytes.readUInt32BE(at + 1)
    const [first = "", second = ""] = bytes.toString("utf8", at + 5, end).split("\0")
    const type = String.fromCharCode(bytes[at] ?? 0)
    if (type === "Q") found.push(beginningOf(first))
    if (type === "P") statements.set(first, beginningOf(second))
    if (type === "B") found.push(statements.get(second) ?? "")
    at = end
  }
  return found
}

function beginningOf(statement: string): string {
  return statement.trim().replaceAll(/\s+/g, " ").slice(0, 60)
}

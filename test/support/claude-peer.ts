/**
 * A program that speaks as the Claude Code CLI does. Its first argument is a directory: what it does
 * stands there in `acts.json`, and what it was given it adds to `seen.jsonl`. The others are the CLI's.
 */
import { readFileSync } from "node:fs"
import { appendFile } from "node:fs/promises"
import { join } from "node:path"

export type Act =
  /** A line; the session's id is added. */
  | { say: object }
  /** That many pieces of text that say when they were written, so far apart. */
  | { stamps: number; apart_ms: number }
  /** Bytes as they are, that often. */
  | { raw: string; times?: number }
  /** All lines of a file. */
  | { replay: string }
  | { complain: string }
  | { write: string; text: string }
  /** A command, as the Bash tool runs it; what it prints goes to a file. */
  | { run: string[]; out: string }
  /** A program with a session of its own that is not ended by SIGTERM; nor is this one from now on. */
  | { spawn: true }
  /** A shell script, as a tool of the CLI would run it. What it writes is in `ran.txt`. */
  | { script: string }
  | { stall: true }
  | { exit: number }

export type Seen = {
  args: string[]
  stdin: string
  env: Record<string, string>
  cwd: string
  /** The API key, as the CLI reads it. */
  key: string
}

const [dir = "", ...args] = process.argv.slice(2)

async function write(text: string): Promise<void> {
  await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()))
}

async function writeStamps(count: number, apart_ms: number, session_id: string): Promise<void> {
  for (let nth = 0; nth < count; nth++) {
    await Bun.sleep(apart_ms)
    const delta = { type: "text_delta", text: `${performance.timeOrigin + performance.now()} ` }
    const event = { type: "content_block_delta", index: 0, delta }
    await write(`${JSON.stringify({ session_id, type: "stream_event", event })}\n`)
  }
}

async function perform(act: Act): Promise<void> {
  const session_id = args[args.indexOf("--session-id") + 1] ?? ""
  if ("say" in act) await write(`${JSON.stringify({ session_id, ...act.say })}\n`)
  else if ("stamps" in act) await writeStamps(act.stamps, act.apart_ms, session_id)
  else if ("raw" in act) for (let n = act.times ?? 1; n > 0; n--) await write(act.raw)
  else if ("replay" in act) await write(await Bun.file(act.replay).text())
  else if ("complain" in act) process.stderr.write(act.complain)
  else if ("write" in act) await Bun.write(act.write, act.text)
  else if ("run" in act) {
    const child = Bun.spawn(act.run, { stdout: Bun.file(act.out), stderr: "inherit" })
    await child.exited
  } else if ("script" in act) {
    const ran = Bun.spawnSync(["sh", "-c", `exec 2>&1\n${act.script}`])
    await appendFile(join(dir, "ran.txt"), ran.stdout)
  } else if ("exit" in act) process.exit(act.exit)
  else if ("stall" in act) await new Promise(() => setInterval(() => {}, 60_000))
  else {
    process.on("SIGTERM", () => {})
    const stubborn = "trap '' TERM; echo started; while :; do sleep 1; done"
    const child = Bun.spawn(["setsid", "sh", "-c", stubborn], { stdout: "pipe" })
    await child.stdout.getReader().read()
  }
}

if (args[0] === "--version") await write("2.1.330 (Claude Code)\n")
else if (args[0] === "auth") {
  const { loggedIn } = await Bun.file(join(dir, "login.json")).json()
  const authMethod = loggedIn ? "claude.ai" : "none"
  await write(`${JSON.stringify({ loggedIn, authMethod, apiProvider: "firstParty" }, null, 2)}\n`)
  process.exit(loggedIn ? 0 : 1)
} else {
  const stdin = await Bun.stdin.text()
  const key = process.env.CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR
    ? readFileSync(`/dev/fd/${process.env.CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR}`, "utf8")
    : ""
  const seen = { args, stdin, env: process.env, cwd: process.cwd(), key }
  await appendFile(join(dir, "seen.jsonl"), `${JSON.stringify(seen)}\n`)
  const acts: Act[] = await Bun.file(join(dir, "acts.json")).json()
  for (const act of acts) await perform(act)
}

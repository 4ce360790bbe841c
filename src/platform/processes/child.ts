import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import type { Readable } from "node:stream"
import { messageOf } from "../errors"
import { type FromSupervisor, MARKER, type Secret, SUPERVISE, type ToSupervisor } from "./messages"
import { ownCommand } from "./own-command"
import type { Sandbox } from "./sandbox/policy"
import { enterSandbox } from "./sandbox/sandbox"

/** Time a program gets to end by itself after SIGTERM. */
const GRACE_MS = 2_000

type Command = [program: string, ...args: string[]]

export type ChildOptions = {
  /** A program, looked up in the PATH of `env`, and its arguments. No shell is involved. */
  argv: Command
  cwd: string
  /** The program's whole environment; nothing is inherited. */
  env: Record<string, string>
  secret?: Secret | undefined
  /** The sandbox to run in. Without one the program has the rights of this process. */
  sandbox?: Sandbox | undefined
  /** Defaults to our own umask, which keeps files private. */
  umask?: number
  /** Written to stdin, which is then closed. */
  stdin?: string | Uint8Array
  /** Aborting it ends the program and all its descendants. */
  signal?: AbortSignal
  timeout_ms?: number
  grace_ms?: number
}

export type Child = {
  pid: number
  /** Read both: a program whose output nobody reads blocks. */
  stdout: Readable
  stderr: Readable
  /** Resolves when the program and all its descendants have ended. Never rejects. */
  exited: Promise<Exit>
}

/** `code` is null if a signal ended the program. `cause` says who ended it. */
export type Exit = {
  code: number | null
  signal: string | null
  cause: "itself" | "cancelled" | "timeout"
}

/** The program doesn't exist or can't be executed. Nothing was run. */
export class ChildNotStarted extends Error {
  override readonly name = "ChildNotStarted"

  constructor(
    sentence: string,
    /** For example, ENOENT or EACCES. */
    readonly code: string | null,
  ) {
    super(sentence)
  }
}

/**
 * Starts a program under a supervisor, which ends it and all its descendants when asked to, when
 * the program has ended, or when this process dies. Throws ChildNotStarted, or the signal's reason.
 */
export async function startChild(
  options: ChildOptions,
  command = ownCommand(SUPERVISE),
): Promise<Child> {
  const { cwd, secret, umask, signal, timeout_ms, grace_ms = GRACE_MS } = options
  signal?.throwIfAborted()
  const { argv, leave } = await wrapCommand(options)
  const marker = crypto.randomUUID()
  const supervisor = spawnSupervisor(command, marker)
  const tell = (message: ToSupervisor) => void (supervisor.connected && supervisor.send(message))
  let cause: Exit["cause"] = "itself"
  const end = (why: Exit["cause"]) => {
    if (cause !== "itself") return
    cause = why
    tell({ type: "end", grace_ms })
  }
  const cancel = () => end("cancelled")
  const timer = timeout_ms === undefined ? undefined : setTimeout(() => end("timeout"), timeout_ms)
  signal?.addEventListener("abort", cancel, { once: true })

  const status = listenTo(supervisor, options.argv[0])
  const exited = status.exited.then(async (exit) => {
    clearTimeout(timer)
    signal?.removeEventListener("abort", cancel)
    await leave().catch(() => {})
    return { ...exit, cause }
  })
  const env = { ...options.env, [MARKER]: marker }
  const isWrapped = options.sandbox !== undefined && process.platform === "linux"
  const more = { ...(secret && { secret }), ...(umask !== undefined && { umask }) }
  tell({ type: "start", argv, cwd, env, isWrapped, ...more })
  if (signal?.aborted) cancel()
  const { stdin, stdout, stderr } = supervisor
  // Programs need not read their stdin.
  stdin.on("error", () => {})
  stdin.end(options.stdin)
  return { pid: await status.started, stdout, stderr, exited }
}

/** Returns the command line to run, wrapped in the sandbox if there is one. */
async function wrapCommand({ argv, cwd, env, secret, sandbox }: ChildOptions) {
  if (!sandbox) return { argv, leave: async () => {} }
  const [name, ...args] = argv
  const program = Bun.which(name, { PATH: env.PATH ?? "", cwd })
  if (!program) {
    const code = existsSync(resolve(cwd, name)) ? "EACCES" : "ENOENT"
    throw new ChildNotStarted(`Can't start ${name}: no such program`, code)
  }
  try {
    const command = { argv: [program, ...args] satisfies Command, cwd, env }
    return await enterSandbox({ ...command, hasSecret: secret !== undefined }, sandbox)
  } catch (error) {
    throw new ChildNotStarted(`Can't start ${name} in its sandbox: ${messageOf(error)}`, null)
  }
}

function spawnSupervisor(
  [program, ...args]: Command,
  marker: string,
): ChildProcessWithoutNullStreams {
  return spawn(program, args, {
    // Its own session, so that only we act on Ctrl-C in a terminal.
    detached: true,
    cwd: "/",
    env: { [MARKER]: marker },
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  }) as ChildProcessWithoutNullStreams
}

/** Listens to a supervisor's messages. Also settles if the supervisor dies before its last one. */
function listenTo(supervisor: ChildProcessWithoutNullStreams, name: string) {
  const started = Promise.withResolvers<number>()
  const exited = Promise.withResolvers<Omit<Exit, "cause">>()
  const refuse = (why: string, code: string | null) =>
    started.reject(new ChildNotStarted(`Can't start ${name}: ${why}`, code))
  supervisor.on("message", (message: FromSupervisor) => {
    const { type } = message
    if (type === "started") started.resolve(message.pid)
    else if (type === "failed") refuse(message.message, message.code)
    else exited.resolve({ code: message.code, signal: message.signal })
  })
  const onDeath = (why: string) => {
    refuse(why, null)
    exited.resolve({ code: null, signal: supervisor.signalCode })
  }
  supervisor.on("error", (error) => onDeath(error.message))
  // They come in any order, but after the last message.
  const ends = ["exit", "disconnect"].map((name) => once(supervisor, name))
  Promise.all(ends).then(
    () => onDeath("its supervisor ended"),
    () => {},
  )
  return { started: started.promise, exited: exited.promise }
}

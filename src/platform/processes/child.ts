import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import type { Readable } from "node:stream"
import { messageOf } from "../errors"
import { MARKER } from "./marker"
import { type FromSupervisor, type Secret, SUPERVISE, type ToSupervisor } from "./messages"
import { ownCommand } from "./own-command"
import type { Sandbox } from "./sandbox/policy"
import { enterSandbox } from "./sandbox/sandbox"

/** What a program gets after SIGTERM to end by itself. */
const GRACE_MS = 2_000

type Command = [program: string, ...args: string[]]

export type ChildOptions = {
  /** A program, looked up in the PATH of `env`, and its arguments; no shell reads them. */
  argv: Command
  cwd: string
  /** All variables that it gets: none is inherited. */
  env: Record<string, string>
  secret?: Secret | undefined
  /** What confines it. The program may do whatever this one may if it is missing. */
  sandbox?: Sandbox | undefined
  /** Default: our own, which keeps its files private. */
  umask?: number
  /** What it reads from stdin, which then ends. */
  stdin?: string | Uint8Array
  /** Aborted, the program and all its descendants end. */
  signal?: AbortSignal
  timeout_ms?: number
  grace_ms?: number
}

export type Child = {
  pid: number
  /** Both wait for their reader: a program whose output nobody takes stands still. */
  stdout: Readable
  stderr: Readable
  /** Resolves, and never rejects, when the program and all its descendants are gone. */
  exited: Promise<Exit>
}

/** `code` is null for a program that a signal ended. `cause` says who wanted the end. */
export type Exit = {
  code: number | null
  signal: string | null
  cause: "itself" | "cancelled" | "timeout"
}

/** The program is not there, or may not be executed; nothing was done. */
export class ChildNotStarted extends Error {
  override readonly name = "ChildNotStarted"

  constructor(
    sentence: string,
    /** Such as ENOENT or EACCES. */
    readonly code: string | null,
  ) {
    super(sentence)
  }
}

/**
 * Starts a program under a supervisor, a process of ours that ends it and all its descendants when
 * they are told to end, when the program has ended, or when this process dies, however it does.
 * Throws ChildNotStarted, or the signal's reason if that was aborted before.
 */
export async function startChild(
  options: ChildOptions,
  command = ownCommand(SUPERVISE),
): Promise<Child> {
  const { cwd, secret, umask, signal, timeout_ms, grace_ms = GRACE_MS } = options
  signal?.throwIfAborted()
  const { argv, leave } = await entered(options)
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

  const heard = hear(supervisor, options.argv[0])
  const exited = heard.exited.then(async (exit) => {
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
  // A program need not read what it is given.
  stdin.on("error", () => {})
  stdin.end(options.stdin)
  return { pid: await heard.started, stdout, stderr, exited }
}

/** The command line that is really run. */
async function entered({ argv, cwd, env, secret, sandbox }: ChildOptions) {
  if (!sandbox) return { argv, leave: async () => {} }
  const [name, ...args] = argv
  const program = Bun.which(name, { PATH: env.PATH ?? "", cwd })
  if (!program) {
    const code = existsSync(resolve(cwd, name)) ? "EACCES" : "ENOENT"
    throw new ChildNotStarted(`${name} can't be started: no such program`, code)
  }
  try {
    const command = { argv: [program, ...args] satisfies Command, cwd, env }
    return await enterSandbox({ ...command, hasSecret: secret !== undefined }, sandbox)
  } catch (error) {
    throw new ChildNotStarted(`${name} can't be put in its sandbox: ${messageOf(error)}`, null)
  }
}

function spawnSupervisor(
  [program, ...args]: Command,
  marker: string,
): ChildProcessWithoutNullStreams {
  return spawn(program, args, {
    // A session of its own, so that Ctrl-C in a terminal is for us alone to act on.
    detached: true,
    cwd: "/",
    env: { [MARKER]: marker },
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  }) as ChildProcessWithoutNullStreams
}

/** What a supervisor says of its program, also if it dies before it has said all. */
function hear(supervisor: ChildProcessWithoutNullStreams, name: string) {
  const started = Promise.withResolvers<number>()
  const exited = Promise.withResolvers<Omit<Exit, "cause">>()
  const refuse = (why: string, code: string | null) =>
    started.reject(new ChildNotStarted(`${name} can't be started: ${why}`, code))
  supervisor.on("message", (message: FromSupervisor) => {
    const { type } = message
    if (type === "started") started.resolve(message.pid)
    else if (type === "failed") refuse(message.message, message.code)
    else exited.resolve({ code: message.code, signal: message.signal })
  })
  const fell = (why: string) => {
    refuse(why, null)
    exited.resolve({ code: null, signal: supervisor.signalCode })
  }
  supervisor.on("error", (error) => fell(error.message))
  // In either order, and both after the last message.
  const ends = ["exit", "disconnect"].map((name) => once(supervisor, name))
  Promise.all(ends).then(
    () => fell("its supervisor ended"),
    () => {},
  )
  return { started: started.promise, exited: exited.promise }
}

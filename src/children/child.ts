import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import type { Readable } from "node:stream"
import { type FromSupervisor, SUPERVISE, type ToSupervisor } from "./messages"

/** What a program gets after SIGTERM to end by itself. */
const GRACE_MS = 2_000

type Command = [program: string, ...args: string[]]

export type ChildOptions = {
  /** A program, looked up in the PATH of `env`, and its arguments; no shell reads them. */
  argv: Command
  cwd: string
  /** All variables that it gets: none is inherited. */
  env: Record<string, string>
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
  command = supervisorCommand(),
): Promise<Child> {
  const { argv, cwd, env, umask, signal, timeout_ms, grace_ms = GRACE_MS } = options
  signal?.throwIfAborted()
  const supervisor = spawnSupervisor(command)
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

  const heard = hear(supervisor, argv[0])
  const exited = heard.exited.then((exit) => {
    clearTimeout(timer)
    signal?.removeEventListener("abort", cancel)
    return { ...exit, cause }
  })
  tell({ type: "start", argv, cwd, env, ...(umask !== undefined && { umask }) })
  const { stdin, stdout, stderr } = supervisor
  // A program need not read what it is given.
  stdin.on("error", () => {})
  stdin.end(options.stdin)
  return { pid: await heard.started, stdout, stderr, exited }
}

function spawnSupervisor([program, ...args]: Command): ChildProcessWithoutNullStreams {
  return spawn(program, args, {
    // A session of its own, so that Ctrl-C in a terminal is for us alone to act on.
    detached: true,
    cwd: "/",
    env: {},
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

/** This program once more, as what `superviseChild` is for. */
function supervisorCommand(): Command {
  if (Bun.isStandaloneExecutable) return [process.execPath, SUPERVISE]
  return [process.execPath, join(import.meta.dir, "../main.ts"), SUPERVISE]
}

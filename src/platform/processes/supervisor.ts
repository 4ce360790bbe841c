import { closeSync, existsSync, writeSync } from "node:fs"
import { constants } from "node:os"
import { setTimeout as delay } from "node:timers/promises"
import { messageOf } from "../errors"
import { Family } from "./family"
import { type Libc, loadLibc } from "./libc"
import type { FromSupervisor, Secret, ToSupervisor } from "./messages"

/** How often it looks for descendants: to remember them, or only to take leave of the ended. */
const LOOK_EVERY_MS = { remembering: 250, reaping: 5_000 }

const WRONG_USE = 2
const NOT_STARTED = 127

type Order = Extract<ToSupervisor, { type: "start" }>

/**
 * The life of a supervisor. It starts one program with its own stdin, stdout and stderr, and sees
 * to it that no descendant outlives that, or the process that asked for it: the channel of messages
 * closes when that one ends, however it does. Returns the exit code for the supervisor itself.
 */
export async function superviseChild(): Promise<number> {
  const { order, end, orphaned } = listen()
  const first = await Promise.race([order, orphaned])
  if (!first) return WRONG_USE
  const libc = loadLibc()
  const forgetsNobody = libc?.becomeSubreaper() ?? false
  let program: Bun.Subprocess
  try {
    program = startProgram(first, libc)
  } catch (error) {
    const { code = null } = error as { code?: string }
    await tell({ type: "failed", code, message: messageOf(error) })
    return NOT_STARTED
  }
  await tell({ type: "started", pid: program.pid })
  const family = new Family(libc, program.pid, first.isWrapped)
  const { reaping, remembering } = LOOK_EVERY_MS
  const looking = setInterval(() => family.look(), forgetsNobody ? reaping : remembering)
  void orphaned.then(() => family.killAll())
  void end.then(async (grace_ms) => {
    family.signal("SIGTERM")
    await delay(grace_ms)
    await family.killAll()
  })
  await program.exited
  await family.killAll()
  clearInterval(looking)
  const { code, signal } = exitOf(program, first)
  await tell({ type: "exited", code, signal })
  return code ?? NOT_STARTED
}

/**
 * A wrapper says 128 + n for a program that signal n ended. Up to 131 the code is the program's own:
 * a sandbox has no terminal that sends SIGHUP, SIGINT or SIGQUIT, and git itself ends with 128 or 129.
 */
function exitOf({ exitCode, signalCode }: Bun.Subprocess, { isWrapped }: Order) {
  const named = Object.entries(constants.signals).find(([, n]) => n + 128 === exitCode)
  if (isWrapped && named && named[1] > constants.signals.SIGQUIT) {
    return { code: null, signal: named[0] }
  }
  return { code: exitCode, signal: signalCode === null ? null : String(signalCode) }
}

/** What it is told, once each. A signal to it means the same as the death of its master. */
function listen() {
  const order = Promise.withResolvers<Order>()
  const end = Promise.withResolvers<number>()
  const orphaned = Promise.withResolvers<undefined>()
  process.on("message", (message: ToSupervisor) => {
    if (message.type === "start") order.resolve(message)
    else end.resolve(message.grace_ms)
  })
  process.on("disconnect", () => orphaned.resolve(undefined))
  if (!process.connected) orphaned.resolve(undefined)
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    process.on(signal, () => orphaned.resolve(undefined))
  }
  return { order: order.promise, end: end.promise, orphaned: orphaned.promise }
}

function startProgram(order: Order, libc: Libc | undefined): Bun.Subprocess {
  const { argv, cwd, env, umask, secret } = order
  if (!existsSync(cwd)) {
    // Otherwise the program itself would be said not to exist.
    throw Object.assign(new Error(`There is no directory ${cwd}.`), { code: "ENOENT" })
  }
  // The program inherits it; a supervisor writes no files itself.
  if (umask !== undefined) process.umask(umask)
  const told = secret && tellSecret(secret, libc)
  try {
    const stdio = ["inherit", "inherit", "inherit", ...(told?.reads ? [told.reads] : [])] as const
    return Bun.spawn(argv, { cwd, env: { ...env, ...told?.env }, stdio: [...stdio] })
  } finally {
    if (told?.reads) closeSync(told.reads)
  }
}

/** The end of a pipe that the program gets as descriptor 3, and the variables that go with it. */
function tellSecret({ name, value, descriptor }: Secret, libc: Libc | undefined) {
  const pipe = libc?.pipe()
  if (!pipe) return { env: { [name]: value } }
  // It fits into the pipe whether or not anyone reads.
  writeSync(pipe.writes, value)
  closeSync(pipe.writes)
  return { reads: pipe.reads, env: { [descriptor]: "3" } }
}

/** Resolves when it is on its way, or when nobody is there any more to hear it. */
function tell(message: FromSupervisor): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve())
    else resolve()
  })
}

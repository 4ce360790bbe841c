import { closeSync, existsSync, writeSync } from "node:fs"
import { constants } from "node:os"
import { setTimeout as delay } from "node:timers/promises"
import { messageOf } from "../errors"
import { Family } from "./family"
import { type Libc, loadLibc } from "./libc"
import type { FromSupervisor, Secret, ToSupervisor } from "./messages"

/** How often to look for descendants: to remember them, or only to reap ended ones. */
const LOOK_EVERY_MS = { remembering: 250, reaping: 5_000 }

const WRONG_USE = 2
const NOT_STARTED = 127

type Order = Extract<ToSupervisor, { type: "start" }>

/**
 * Runs a supervisor. Starts one program and makes sure that no descendant outlives it or the
 * process that requested it, whose end closes the message channel. Returns the exit code.
 */
export async function superviseChild(): Promise<number> {
  const { order, end, orphaned } = listen()
  const first = await Promise.race([order, orphaned])
  if (!first) return WRONG_USE
  const libc = loadLibc()
  const isSubreaper = libc?.becomeSubreaper() ?? false
  let program: Bun.Subprocess
  try {
    program = startProgram(first, libc)
  } catch (error) {
    const { code = null } = error as { code?: string }
    await send({ type: "failed", code, message: messageOf(error) })
    return NOT_STARTED
  }
  await send({ type: "started", pid: program.pid })
  const family = new Family(libc, program.pid, first.isWrapped)
  const { reaping, remembering } = LOOK_EVERY_MS
  const lookTimer = setInterval(() => family.look(), isSubreaper ? reaping : remembering)
  void orphaned.then(() => family.killAll())
  void end.then(async (grace_ms) => {
    family.signal("SIGTERM")
    await delay(grace_ms)
    await family.killAll()
  })
  await program.exited
  await family.killAll()
  clearInterval(lookTimer)
  const { code, signal } = exitOf(program, first)
  await send({ type: "exited", code, signal })
  return code ?? NOT_STARTED
}

/**
 * A wrapper reports 128 + n if signal n ended its program. Codes up to 131 are the program's own:
 * no terminal sends SIGHUP, SIGINT or SIGQUIT into a sandbox, and git itself exits with 128 or 129.
 */
function exitOf({ exitCode, signalCode }: Bun.Subprocess, { isWrapped }: Order) {
  const named = Object.entries(constants.signals).find(([, n]) => n + 128 === exitCode)
  if (isWrapped && named && named[1] > constants.signals.SIGQUIT) {
    return { code: null, signal: named[0] }
  }
  return { code: exitCode, signal: signalCode === null ? null : String(signalCode) }
}

/** Each message resolves once. A signal means the same as the death of the requesting process. */
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
    // Otherwise the error would say that the program doesn't exist.
    throw Object.assign(new Error(`The directory ${cwd} doesn't exist.`), { code: "ENOENT" })
  }
  // The program inherits it. A supervisor writes no files itself.
  if (umask !== undefined) process.umask(umask)
  const pipe = secret && passSecret(secret, libc)
  try {
    const stdio = ["inherit", "inherit", "inherit", ...(pipe?.reads ? [pipe.reads] : [])] as const
    return Bun.spawn(argv, { cwd, env: { ...env, ...pipe?.env }, stdio: [...stdio] })
  } finally {
    if (pipe?.reads) closeSync(pipe.reads)
  }
}

/** Returns the pipe end for descriptor 3, and the variables that go with it. */
function passSecret({ name, value, descriptor }: Secret, libc: Libc | undefined) {
  const pipe = libc?.pipe()
  if (!pipe) return { env: { [name]: value } }
  // It fits into the pipe buffer even if nobody reads.
  writeSync(pipe.writes, value)
  closeSync(pipe.writes)
  return { reads: pipe.reads, env: { [descriptor]: "3" } }
}

/** Resolves when the message is sent, or when nobody is left to receive it. */
function send(message: FromSupervisor): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve())
    else resolve()
  })
}

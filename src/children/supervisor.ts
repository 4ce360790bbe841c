import { existsSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"
import { messageOf } from "../errors"
import { Family } from "./family"
import { loadLibc } from "./libc"
import type { FromSupervisor, ToSupervisor } from "./messages"

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
    program = startProgram(first)
  } catch (error) {
    const { code = null } = error as { code?: string }
    await tell({ type: "failed", code, message: messageOf(error) })
    return NOT_STARTED
  }
  await tell({ type: "started", pid: program.pid })
  const family = new Family(libc, program.pid)
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
  const { exitCode, signalCode } = program
  const signal = signalCode === null ? null : String(signalCode)
  await tell({ type: "exited", code: exitCode, signal })
  return exitCode ?? NOT_STARTED
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

function startProgram({ argv, cwd, env, umask }: Order): Bun.Subprocess {
  // The program inherits it; a supervisor writes no files itself.
  if (umask !== undefined) process.umask(umask)
  if (existsSync(cwd))
    return Bun.spawn(argv, { cwd, env, stdio: ["inherit", "inherit", "inherit"] })
  // Otherwise the program itself would be said not to exist.
  throw Object.assign(new Error(`There is no directory ${cwd}.`), { code: "ENOENT" })
}

/** Resolves when it is on its way, or when nobody is there any more to hear it. */
function tell(message: FromSupervisor): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve())
    else resolve()
  })
}

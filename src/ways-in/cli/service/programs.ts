import { inheritedWithDesktop } from "../../../platform/config/config"
import { messageOf } from "../../../platform/errors"
import type { Context } from "../context"
import type { Manager } from "./definition"

type Answer = { ok: boolean; out: string; err: string }

/** Long, because stopping a service lets its runs finish. */
const PATIENCE_MS = 120_000

/** Runs a program without a shell and without our keys. Never throws. */
export async function ask({ env }: Context, command: readonly string[]): Promise<Answer> {
  try {
    const child = Bun.spawn([...command], {
      env: inheritedWithDesktop(env),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: PATIENCE_MS,
    })
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ])
    return { ok: code === 0, out, err: err.trim() || out.trim() }
  } catch (error) {
    return { ok: false, out: "", err: messageOf(error) }
  }
}

/** Runs commands in order. Throws with what the first one that fails says. */
export async function askAll(
  context: Context,
  commands: readonly (readonly string[])[],
): Promise<void> {
  for (const command of commands) {
    const { ok, err } = await ask(context, command)
    if (!ok) throw new Error(`${command.join(" ")} failed: ${err}`)
  }
}

export async function pidOf(context: Context, manager: Manager): Promise<number | undefined> {
  const { ok, out } = await ask(context, manager.state)
  return ok ? manager.pidOf(out) : undefined
}

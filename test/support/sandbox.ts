import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { type ChildOptions, startChild } from "../../src/platform/processes/child"
import type { Policy } from "../../src/platform/processes/sandbox/policy"
import { trySandbox } from "../../src/platform/processes/sandbox/trial"

const { program, found } = await trySandbox(process.env.PATH)

/** Whether programs can be confined here, and what to add to the name of a test that needs it. */
export const canSandbox = program !== undefined
export const skipped = canSandbox ? "" : ` (skipped: ${found})`

const env = { PATH: process.env.PATH ?? "" }

/** Runs a shell script in a sandbox: what it wrote, and how it ended. */
export async function confined(
  script: string,
  policy: Partial<Policy> = {},
  options: Partial<ChildOptions> = {},
) {
  const child = await startConfined(script, policy, options)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { out: out.trim(), err: err.trim(), ...(await child.exited) }
}

export function startConfined(
  script: string,
  policy: Partial<Policy> = {},
  options: Partial<ChildOptions> = {},
) {
  const nothing: Policy = { writable: [], hidden: [], network: "none" }
  return startChild({
    argv: ["sh", "-c", script],
    ...{ cwd: "/", env },
    sandbox: { ...nothing, ...policy, program: program ?? "" },
    ...options,
  })
}

export async function testFolder() {
  const path = await mkdtemp(join(tmpdir(), "amelia-confined-"))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

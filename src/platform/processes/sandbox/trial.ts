import { existsSync, readFileSync } from "node:fs"
import { bubblewrapArguments } from "./bubblewrap"
import type { Command, Policy, Sandbox } from "./policy"
import { seatbeltProfile } from "./seatbelt"
import { viewOf } from "./view"

const PATIENCE_MS = 10_000

/** `program` is the sandboxing program, or undefined if sandboxing doesn't work. */
export type Trial = {
  program: string | undefined
  /** The result, as a sentence. */
  found: string
  fix: string | null
}

const nothing: Policy = { writable: [], hidden: [], network: "none" }

/** Runs a small program in a sandbox. This often fails even if everything is installed. */
export async function trySandbox(path: string | undefined): Promise<Trial> {
  if (process.platform === "darwin") return await tryProgram("/usr/bin/sandbox-exec")
  if (process.platform !== "linux") {
    return { program: undefined, found: "No sandbox is available for this system.", fix: null }
  }
  const program = Bun.which("bwrap", path === undefined ? {} : { PATH: path })
  return program ? await tryProgram(program) : { program: undefined, ...absent }
}

const absent = {
  found: "bubblewrap is not installed.",
  fix: "Install the package bubblewrap, 0.8 or newer.",
}

async function tryProgram(program: string): Promise<Trial> {
  const { code, stderr } = await run(program)
  if (code === 0) return { program, found: `on, by ${program}`, fix: null }
  return { program: undefined, ...explain(stderr, { exists: existsSync, setting: readSetting }) }
}

async function run(program: string): Promise<{ code: number | null; stderr: string }> {
  try {
    const command: Command = { argv: ["/bin/sh", "-c", "exit 0"], cwd: "/", env: {} }
    const sandbox: Sandbox = { ...nothing, program }
    // The policy hides no files, so this folder is never used.
    const view = await viewOf(command, sandbox, "/")
    const options =
      process.platform === "darwin"
        ? ["-p", seatbeltProfile(sandbox, view)]
        : bubblewrapArguments(view, "none", "/")
    const child = Bun.spawn([program, ...options, ...command.argv], {
      ...{ env: {}, stdio: ["ignore", "ignore", "pipe"], timeout: PATIENCE_MS },
    })
    const stderr = (await new Response(child.stderr).text()).trim()
    return { code: await child.exited, stderr }
  } catch (error) {
    return { code: null, stderr: String(error) }
  }
}

function readSetting(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, "utf8").trim()
  } catch {
    return undefined
  }
}

type System = {
  exists: (path: string) => boolean
  /** A value under /proc/sys. */
  setting: (name: string) => string | undefined
}

/** Explains why bubblewrap failed, from its stderr, and what to do about it. */
export function explain(stderr: string, { exists, setting }: System): Omit<Trial, "program"> {
  if (/unknown option/i.test(stderr)) {
    return { found: "bubblewrap is too old.", fix: "Install version 0.8 or newer." }
  }
  if (["/.dockerenv", "/run/.containerenv"].some(exists)) {
    return {
      found: `This container blocks bubblewrap: ${stderr}`,
      fix: "Allow user namespaces and an unmasked /proc in the container, or set SANDBOX=off to rely on the container.",
    }
  }
  const limits = [
    ["kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"],
    ["user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces=10000"],
  ] as const
  const limit = limits.find(([name, value]) => setting(name) === value)
  if (limit) {
    return {
      found: "The kernel is configured to forbid user namespaces.",
      fix: `Run: ${limit[2]}`,
    }
  }
  if (setting("kernel/apparmor_restrict_unprivileged_userns") === "1") {
    return {
      found: "AppArmor stops bubblewrap from creating user namespaces.",
      fix:
        "Load the profile bwrap-userns-restrict from the package apparmor-profiles: " +
        "copy it from /usr/share/apparmor/extra-profiles to /etc/apparmor.d, then run apparmor_parser -r on it.",
    }
  }
  return { found: `It doesn't work here: ${stderr || "it did not end"}`, fix: null }
}

import { existsSync, readFileSync } from "node:fs"
import { bubblewrapArguments } from "./bubblewrap"
import type { Command, Policy, Sandbox } from "./policy"
import { seatbeltProfile } from "./seatbelt"
import { viewOf } from "./view"

const PATIENCE_MS = 10_000

/** `program` is the one that confines others, or undefined where that does not work. */
export type Trial = {
  program: string | undefined
  /** The finding, as a sentence. */
  found: string
  /** What to do about it. */
  mend: string | null
}

const nothing: Policy = { writable: [], hidden: [], network: "none" }

/** Runs a small program in a sandbox, since it often fails although everything is installed. */
export async function trySandbox(path: string | undefined): Promise<Trial> {
  if (process.platform === "darwin") return await tryProgram("/usr/bin/sandbox-exec")
  if (process.platform !== "linux") {
    return { program: undefined, found: "There is none for this system.", mend: null }
  }
  const program = Bun.which("bwrap", path === undefined ? {} : { PATH: path })
  return program ? await tryProgram(program) : { program: undefined, ...absent }
}

const absent = {
  found: "bubblewrap is not installed.",
  mend: "Install the package bubblewrap, 0.8 or newer.",
}

async function tryProgram(program: string): Promise<Trial> {
  const { code, said } = await run(program)
  if (code === 0) return { program, found: `on, by ${program}`, mend: null }
  return { program: undefined, ...explain(said, { exists: existsSync, setting: readSetting }) }
}

async function run(program: string): Promise<{ code: number | null; said: string }> {
  try {
    const command: Command = { argv: ["/bin/sh", "-c", "exit 0"], cwd: "/", env: {} }
    const sandbox: Sandbox = { ...nothing, program }
    // Nothing is hidden that would need a file in this folder.
    const view = await viewOf(command, sandbox, "/")
    const options =
      process.platform === "darwin"
        ? ["-p", seatbeltProfile(sandbox, view)]
        : bubblewrapArguments(view, "none", "/")
    const child = Bun.spawn([program, ...options, ...command.argv], {
      ...{ env: {}, stdio: ["ignore", "ignore", "pipe"], timeout: PATIENCE_MS },
    })
    const said = (await new Response(child.stderr).text()).trim()
    return { code: await child.exited, said }
  } catch (error) {
    return { code: null, said: String(error) }
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

/** Why bubblewrap failed with these words on stderr, and what to do about it. */
export function explain(said: string, { exists, setting }: System): Omit<Trial, "program"> {
  if (/unknown option/i.test(said)) {
    return { found: "bubblewrap is too old.", mend: "Install version 0.8 or newer." }
  }
  if (["/.dockerenv", "/run/.containerenv"].some(exists)) {
    return {
      found: `This container does not let bubblewrap work: ${said}`,
      mend: "Allow user namespaces and an unmasked /proc in it, or set SANDBOX=off to rely on the container.",
    }
  }
  const limits = [
    ["kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"],
    ["user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces=10000"],
  ] as const
  const limit = limits.find(([name, value]) => setting(name) === value)
  if (limit) {
    return { found: "The kernel is set to allow no user namespaces.", mend: `Run: ${limit[2]}` }
  }
  if (setting("kernel/apparmor_restrict_unprivileged_userns") === "1") {
    return {
      found: "AppArmor does not let bubblewrap make user namespaces.",
      mend:
        "Load its profile bwrap-userns-restrict, from the package apparmor-profiles: " +
        "copy it from /usr/share/apparmor/extra-profiles to /etc/apparmor.d and run apparmor_parser -r on it.",
    }
  }
  return { found: `It does not work here: ${said || "it did not end"}`, mend: null }
}

import { type Context, type ExitCode, exitCodes } from "./context"
import type { Check } from "./doctor/check"
import { checkHome, checkLog, checkTime } from "./doctor/files"
import { checkPrograms } from "./doctor/programs"
import { checkServer } from "./doctor/server"
import { checkSettings } from "./doctor/settings"
import { type Add, verbose, withCommonOptions } from "./options"
import type { CommonOptions } from "./settings"

/** Checks everything Amelia depends on and prints how to fix problems. Fails if it can't run. */
async function doctor(context: Context, options: CommonOptions): Promise<ExitCode> {
  const { terminal, version } = context
  const checks = await allChecks(context, options)
  const usable = checks.every(({ status }) => status !== "failed")
  if (options.json) await terminal.out(`${JSON.stringify({ version, usable, checks })}\n`)
  else await terminal.out(`${heading(version)}\n\n${table(checks)}\n${conclusion(checks)}\n`)
  return usable ? exitCodes.done : exitCodes.failed
}

async function allChecks(context: Context, options: CommonOptions): Promise<Check[]> {
  const { loaded, checks } = await checkSettings(context, options)
  if (!loaded) return checks
  const { config, protection } = loaded
  const time = await checkTime(config.home)
  const home = await checkHome(config.home, protection.changes)
  const inside =
    home.status === "failed"
      ? []
      : [...(await checkServer(context, { config, options })), await checkLog(config)]
  return [...checks, home, ...inside, ...(await checkPrograms(config)), time]
}

function heading(version: string): string {
  return `Amelia ${version}, ${process.platform} ${process.arch}, Bun ${Bun.version}`
}

const marks = { ok: "✓", unused: "·", warning: "!", failed: "✗" } as const

function table(checks: Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.flatMap(({ name, status, found, fix }) => [
    `${marks[status]} ${name.padEnd(width)}  ${found}`,
    ...(fix ? [`${" ".repeat(width + 4)}→ ${fix}`] : []),
  ])
  return lines.map((line) => `${line}\n`).join("")
}

function conclusion(checks: Check[]): string {
  const count = (wanted: Check["status"]) => checks.filter(({ status }) => status === wanted).length
  const [failures, warnings] = [count("failed"), count("warning")]
  if (failures > 0) return `Amelia can't run like this. Fix what is marked with ${marks.failed}.`
  if (warnings === 0) return "Amelia is ready, and nothing is missing."
  return `Amelia is ready. Consider fixing what is marked with ${marks.warning}.`
}

export const addDoctor: Add = (program, does) => {
  withCommonOptions(program.command("doctor"))
    .description("check what Amelia depends on, and say how to fix problems")
    .option(...verbose)
    .action(does(doctor))
}

import { resolve } from "node:path"
import { Option } from "commander"
import type { SessionChange } from "../../features/chat/schema"
import type { ExportFormat } from "../../features/chat/transfer/schema"
import { answer } from "./answer"
import type { Context, ExitCode } from "./context"
import { UsageError } from "./failure"
import { sessions } from "./nouns"
import { type Add, under, withCommonOptions } from "./options"
import { writeOutput } from "./output"
import { readText } from "./read-file"
import type { CommonOptions } from "./settings"

type ExportOptions = CommonOptions & { format: ExportFormat; out?: string }

function exportSession(
  context: Context,
  id: string,
  { format, out, ...options }: ExportOptions,
): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const text =
      format === "json"
        ? `${JSON.stringify(await client.exportSession(id), null, 2)}\n`
        : await client.exportMarkdown(id)
    if (out === undefined) return { json: format === "json" ? JSON.parse(text) : text, text }
    const path = resolve(context.cwd, out)
    writeOutput(context, path, text)
    return { json: { session_id: id, path }, text: `${path}\n` }
  })
}

async function importSession(
  context: Context,
  path: string,
  options: CommonOptions,
): Promise<ExitCode> {
  const text = await readText(context, path)
  const file = await new Response(text).json().catch(() => {
    throw new UsageError(`${path} is not JSON.`)
  })
  return answer(context, options, async ({ client }) => {
    const session = await client.importSession(file)
    return { json: session, text: `${session.id}: ${session.title}\n` }
  })
}

function change(
  context: Context,
  id: string,
  changes: SessionChange,
  options: CommonOptions,
): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const session = await client.updateSession(id, changes)
    const note = session.pinned ? " (pinned)" : ""
    return { json: session, text: `${id}: ${session.title}${note}\n` }
  })
}

export const addSessions: Add = (program, does) => {
  const command = under(program, sessions.name)
  const format = new Option("--format <format>", "json, which can be imported, or markdown")
  withCommonOptions(command.command("export <id>"))
    .description("print it with its citations, as JSON with all its branches, or as Markdown")
    .addOption(format.choices(["json", "markdown"]).default("json"))
    .option("--out <file>", "write to this file instead")
    .action(does(exportSession))
  withCommonOptions(command.command("import <file>"))
    .description("add one that was exported as JSON")
    .action(does(importSession))
  withCommonOptions(command.command("rename <id> <title>"))
    .description("give it another title")
    .action(
      does((context, id: string, title: string, options: CommonOptions) =>
        change(context, id, { title }, options),
      ),
    )
  for (const [name, pinned] of [
    ["pin", true],
    ["unpin", false],
  ] as const) {
    withCommonOptions(command.command(`${name} <id>`))
      .description(pinned ? "list it before all others" : "list it among the others again")
      .action(
        does((context, id: string, options: CommonOptions) =>
          change(context, id, { pinned }, options),
        ),
      )
  }
}

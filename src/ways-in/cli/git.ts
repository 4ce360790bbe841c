import { resolve } from "node:path"
import type { Command } from "commander"
import type { Branch, Diff, DiffFile, Worktree } from "../../features/git/work/schema"
import type { Client } from "../client/client"
import { answer } from "./answer"
import { inColumns } from "./columns"
import type { Context, ExitCode } from "./context"
import { shown } from "./file-name"
import { type Add, withCommonOptions } from "./options"
import type { CommonOptions } from "./settings"

type GitOptions = CommonOptions & { repo?: string; force?: boolean }
type Answer = { json: unknown; text: string }

/** Asks the server about the repository of `--repo` or of the current directory. */
function ask(
  context: Context,
  { repo, ...options }: GitOptions,
  work: (client: Client, repo: string) => Promise<Answer>,
): Promise<ExitCode> {
  const path = resolve(context.cwd, repo ?? ".")
  return answer(context, options, ({ client }) => work(client, path))
}

function stateOf({ dirty, locked, vanished, processes }: Worktree): string {
  const names = processes.map(({ name, pid }) => `${name} (${pid})`)
  const states = [
    ...[vanished ? "gone" : dirty ? "changed" : "clean", locked !== null ? "locked" : ""],
    names.length > 0 ? `in use by ${names.join(", ")}` : "",
  ]
  return states.filter(Boolean).join(", ")
}

export const addWorktrees: Add = (program, does) => {
  const command = program.command("worktrees").description("worktrees that Amelia works in")
  gitCommand(command.command("list", { isDefault: true }), "list the worktrees").action(
    does((context: Context, options: GitOptions) =>
      ask(context, options, async (client, repo) => {
        const json = await client.listWorktrees(repo)
        const rows = json.map((it) => [it.branch ?? it.head ?? "", stateOf(it), shown(it.path)])
        return { json, text: inColumns([["BRANCH", "STATE", "PATH"], ...rows]) }
      }),
    ),
  )
  gitCommand(command.command("add <branch>"), "make a worktree, and the branch if there is none")
    .option("--base <ref>", "where a new branch starts (default: HEAD)")
    .action(
      does(
        (context: Context, branch: string, { base, ...options }: GitOptions & { base?: string }) =>
          ask(context, options, async (client, repo) => {
            const json = await client.addWorktree(repo, { branch, base })
            return { json, text: `${json.path}: ${branch} from ${json.base} (${json.head})\n` }
          }),
      ),
    )
  gitCommand(command.command("remove <path>"), "remove a worktree; a rescue is made first")
    .option("--force", "also with changes that are not committed")
    .action(
      does((context: Context, path: string, { force, ...options }: GitOptions) =>
        ask(context, options, async (client, repo) => {
          const body = { path: resolve(context.cwd, path), force }
          const json = await client.removeWorktree(repo, body)
          return { json, text: `${path}: removed; rescue ${json.rescue}\n` }
        }),
      ),
    )
  gitCommand(command.command("prune"), "forget worktrees whose directories are gone").action(
    does((context: Context, options: GitOptions) =>
      ask(context, options, async (client, repo) => {
        const json = await client.pruneWorktrees(repo)
        const lines = json.map(({ path, rescue }) => `${shown(path)}: rescue ${rescue}\n`)
        return { json, text: lines.join("") }
      }),
    ),
  )
}

export const addBranches: Add = (program, does) => {
  const command = program.command("branches").description("branches, and which are merged")
  gitCommand(command.command("list", { isDefault: true }), "list the branches").action(
    does((context: Context, options: GitOptions) =>
      ask(context, options, async (client, repo) => {
        const json = await client.listBranches(repo)
        const head = ["BRANCH", "AHEAD", "BEHIND", "MERGED", "WORKTREE"]
        return { json, text: inColumns([head, ...json.map(branchRow)]) }
      }),
    ),
  )
  gitCommand(command.command("add <name>"), "make a branch and check nothing out")
    .option("--from <ref>", "where it starts (default: HEAD)")
    .action(
      does((context: Context, name: string, { from, ...options }: GitOptions & { from?: string }) =>
        ask(context, options, async (client, repo) => {
          const json = await client.createBranch(repo, { name, from })
          return { json, text: `${name}: ${json.head}\n` }
        }),
      ),
    )
  gitCommand(command.command("remove <name>"), "delete a merged branch; a rescue is made first")
    .option("--force", "also if it is not merged")
    .action(
      does((context: Context, name: string, { force, ...options }: GitOptions) =>
        ask(context, options, async (client, repo) => {
          const json = await client.removeBranch(repo, { name, force })
          return { json, text: `${name}: removed; rescue ${json.rescue}\n` }
        }),
      ),
    )
}

function branchRow({ name, ahead, behind, merged, worktree, current }: Branch): string[] {
  const mark = current ? `${name} *` : name
  return [mark, `${ahead}`, `${behind}`, merged ? "yes" : "no", shown(worktree ?? "")]
}

export const addDiff: Add = (program, does) => {
  gitCommand(program.command("diff [from] [to]"), "print what changed; by default since HEAD")
    .option("--path <path>", "only this file or folder")
    .action(
      does(
        (
          context: Context,
          from?: string,
          to?: string,
          options: GitOptions & { path?: string } = {},
        ) => {
          const { path, ...rest } = options
          return ask(context, rest, async (client, repo) => {
            const json = await wholeDiff(client, repo, { from, to, path })
            return { json, text: json.map(fileText).join("") }
          })
        },
      ),
    )
}

/** Reads all pages. A file that goes on on the next page has its hunks on both. */
async function wholeDiff(client: Client, repo: string, query: Parameters<Client["readDiff"]>[1]) {
  const files: Diff["files"] = []
  for (let page = 1; ; page++) {
    const read = await client.readDiff(repo, { ...query, page })
    const [first, ...others] = read.files
    const last = files.at(-1)
    if (first && last?.path === first.path) last.hunks.push(...first.hunks)
    else if (first) files.push(first)
    files.push(...others)
    if (page >= read.pages) return files
  }
}

function fileText({ path, old_path, status, binary, submodule, hunks }: DiffFile): string {
  const kind = binary ? " (binary)" : submodule ? " (submodule)" : ""
  const name = old_path ? `${shown(old_path)} → ${shown(path)}` : shown(path)
  const lines = hunks.flatMap((it) => [
    `@@ -${it.old_start},${it.old_lines} +${it.new_start},${it.new_lines} @@ ${shown(it.heading)}`,
    ...it.lines.map((line) => line.replace(/[^\P{Cc}\t]/gu, "?")),
  ])
  return `${[`${status}: ${name}${kind}`, ...lines].join("\n")}\n`
}

export const addRescue: Add = (program, does) => {
  const command = program.command("rescue").description("what was kept before something went")
  gitCommand(command.command("list", { isDefault: true }), "list the rescues").action(
    does((context: Context, options: GitOptions) =>
      ask(context, options, async (client, repo) => {
        const json = await client.listRescues(repo)
        const rows = json.map((it) => [
          ...[it.id, it.created_at, it.reason, it.branch ?? "", shown(it.path)],
        ])
        return { json, text: inColumns([["ID", "MADE", "BEFORE", "BRANCH", "PATH"], ...rows]) }
      }),
    ),
  )
  gitCommand(command.command("show <id>"), "list the files that differ from its commit").action(
    does((context: Context, id: string, options: GitOptions) =>
      ask(context, options, async (client, repo) => {
        const json = await client.readRescue(repo, id)
        const lines = json.files.map(({ status, path }) => `${status} ${shown(path)}\n`)
        return {
          json,
          text: `${id}: before ${json.reason}, ${shown(json.path)}\n${lines.join("")}`,
        }
      }),
    ),
  )
  gitCommand(command.command("restore <id> [path]"), "make a new worktree with all of it").action(
    does((context: Context, id: string, path: string | undefined, options: GitOptions) =>
      ask(context, options, async (client, repo) => {
        const place = path === undefined ? undefined : resolve(context.cwd, path)
        const json = await client.restoreRescue(repo, id, place)
        return { json, text: `${json.path}\n` }
      }),
    ),
  )
}

function gitCommand(command: Command, description: string): Command {
  const option = ["--repo <dir>", "repository (default: the current directory's)"] as const
  return withCommonOptions(command.description(description)).option(...option)
}

import { mkdtemp, readdir, readFile, readlink, realpath, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { testRepository } from "./repository"
import { testServer } from "./server"

type Asked = { method?: string; body?: unknown; query?: Record<string, string> }

/** A server that knows one repository, whose worktrees are in a directory of their own. */
export async function gitServer(files?: Record<string, string>) {
  const repo = await testRepository(files)
  await repo.git("config", "user.name", "Test")
  await repo.git("config", "user.email", "test@localhost")
  await repo.git("branch", "--move", "main")
  const made = await mkdtemp(join(tmpdir(), "amelia-worktrees-"))
  const worktrees = await realpath(made)
  const path = await realpath(repo.path)
  const settings = { GIT_WORKTREE_DIR: worktrees, HOME: repo.path, PATH: process.env.PATH ?? "" }
  const server = await testServer({ settings })
  /** Asks a route of /api/git about the repository. */
  const ask = async (route: string, { method = "GET", body, query = {} }: Asked = {}) => {
    const search = new URLSearchParams({ repo: path, ...query })
    const response = await server.fetch(`/api/git${route}?${search}`, {
      method,
      ...(body !== undefined && {
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
    })
    return { status: response.status, json: await response.json() }
  }
  const post = (route: string, body: unknown) => ask(route, { method: "POST", body })
  const remove = (route: string, body: unknown) => ask(route, { method: "DELETE", body })
  await post("/repositories", { path })
  return {
    ...{ server, repo: { ...repo, path }, worktrees, ask, post, remove },
    /** Makes a worktree and returns its path. */
    async worktree(branch: string, base?: string): Promise<string> {
      const { status, json } = await post("/worktrees", { branch, base })
      if (status !== 201) throw new Error(json.message)
      return json.path
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await repo[Symbol.asyncDispose]()
      await rm(worktrees, { recursive: true, force: true })
    },
  }
}
export type GitServer = Awaited<ReturnType<typeof gitServer>>

/** Every file and link of a directory with its content, without git's own. */
export async function contentOf(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const content: Record<string, string> = {}
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(dir.length + 1)
    if (name === ".git" || name.startsWith(".git/")) continue
    if (entry.isFile()) content[name] = (await readFile(path)).toString("base64")
    if (entry.isSymbolicLink()) content[name] = `-> ${await readlink(path)}`
  }
  return content
}

/** What must stay as it is in the user's checkout: files, HEAD, index, stash and configuration. */
export async function userState(dir: string) {
  const read = async (name: string) =>
    (await readFile(join(dir, ".git", name)).catch(() => Buffer.from(""))).toString("base64")
  return {
    files: await contentOf(dir),
    head: await read("HEAD"),
    index: await read("index"),
    stash: await read("refs/stash"),
    stashes: await read("logs/refs/stash"),
    config: await read("config"),
    main: await read("refs/heads/main"),
  }
}

/** Git's complaints about a repository: none if it is whole. */
export async function fsck(repo: GitServer["repo"]): Promise<string> {
  return repo.git("fsck", "--full", "--strict", "--no-dangling", "--no-progress")
}

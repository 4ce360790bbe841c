import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** A git repository with one commit of these files. */
export async function testRepository(files: Record<string, string> = { "a.txt": "one\n" }) {
  const path = await mkdtemp(join(tmpdir(), "amelia-repository-"))
  for (const [name, text] of Object.entries(files)) await Bun.write(join(path, name), text)
  const me = ["-c", "user.name=Test", "-c", "user.email=test@localhost"]
  const git = async (...args: string[]) => {
    const env = { PATH: process.env.PATH ?? "", HOME: path }
    const child = Bun.spawn(["git", ...me, ...args], { cwd: path, env, stdout: "pipe" })
    const text = await new Response(child.stdout).text()
    if ((await child.exited) !== 0) throw new Error(`git ${args[0]} failed.`)
    return text
  }
  await git("init", "--quiet")
  await git("add", "--all")
  await git("commit", "--quiet", "--message", "One")
  return {
    ...{ path, git },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

import { appendFile, chmod, cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { testRepository } from "./repository"

/**
 * Programs that leave a file of their name, holding their environment, when they run. They pass on
 * what they read, as a filter does.
 */
export async function makeTraps() {
  const dir = await mkdtemp(join(tmpdir(), "amelia-traps-"))
  const marks = join(dir, "marks")
  await mkdir(marks)
  return {
    dir,
    async trap(name: string): Promise<string> {
      const path = join(dir, name)
      await Bun.write(path, `#!/bin/sh\nenv > '${marks}/${name}'\n[ -t 0 ] || cat\n`)
      await chmod(path, 0o755)
      return path
    },
    /** The names of those that ran since the last time, and all their environments. */
    async sprung() {
      const names = (await readdir(marks)).sort()
      const texts = await Promise.all(names.map((name) => Bun.file(join(marks, name)).text()))
      for (const name of names) await rm(join(marks, name))
      return { names, environment: texts.join("\n") }
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}
type Traps = Awaited<ReturnType<typeof makeTraps>>

const files = {
  ...{ "a.txt": "one\n", "b.ev": "one\n", "c.inc": "one\n", "d.pr": "one\n", "e.info": "one\n" },
  "f.un": "one\n",
  ".gitattributes":
    "*.ev filter=ev diff=ev merge=ev\n*.inc filter=a=b\n*.pr filter=pr\n*.bin filter=lfs\n*.un filter=\n",
  "big.bin": `version https://git-lfs.github.com/spec/v1\noid sha256:${"4d".repeat(32)}\nsize 9\n`,
  ".lfsconfig": "[lfs]\n\turl = http://127.0.0.1:9/\n",
}
/** Files of which only a filter knows whether they differ: they have changed, but not their size. */
const touched = {
  ...{ "b.ev": "two\n", "c.inc": "two\n", "d.pr": "two\n", "e.info": "two\n", "f.un": "two\n" },
  ...{ "sub/s.ev": "two\n", "big.bin": files["big.bin"].replace("4d", "4e") },
}

/**
 * A repository whose configuration, hooks, attributes and submodule name a program wherever git
 * allows one. It has the branch `other`, which conflicts in b.ev, and these files besides.
 */
export async function trappedRepository(committed: Record<string, string> = {}) {
  const traps = await makeTraps()
  const repo = await testRepository({ ...files, ...committed })
  const inner = await testRepository({ "s.ev": "one\n", ".gitattributes": "*.ev filter=own\n" })
  const { path, git } = repo
  await git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.path, "sub")
  await git("config", "-f", ".gitmodules", "submodule.sub.ignore", "none")
  await symlink("/etc/passwd", join(path, "outside"))
  await git("add", "--all")
  await git("commit", "--quiet", "--message", "Two")
  await git("checkout", "--quiet", "-b", "other")
  await Bun.write(join(path, "b.ev"), "six\n")
  await git("commit", "--quiet", "--all", "--message", "Three")
  await git("checkout", "--quiet", "-")
  await Bun.write(join(path, "b.ev"), "ten\n")
  await git("commit", "--quiet", "--all", "--message", "Four")
  await arm(path, traps)
  for (const [name, text] of Object.entries(touched)) await Bun.write(join(path, name), text)
  return {
    ...{ path, git, ...traps },
    async [Symbol.asyncDispose]() {
      for (const it of [repo, inner, traps]) await it[Symbol.asyncDispose]()
    },
  }
}

/** Git's configuration, where {name} is a trap of that name. */
const configuration = `
[filter "ev"]
	clean = {clean}
	smudge = {smudge}
	required = true
[filter ""]
	clean = {unnamed}
[filter "pr"]
	process = {process}
[filter "lfs"]
	clean = {lfs-clean}
	smudge = {lfs-smudge}
[diff]
	external = {external}
[diff "ev"]
	textconv = {textconv}
[diff "info"]
	command = {diff-command}
[merge "ev"]
	driver = {merge-driver}
[hook "ours"]
	event = pre-commit
	command = {configured-hook}
[core]
	fsmonitor = {fsmonitor}
	sshCommand = {ssh}
	pager = {pager}
	editor = {editor}
	askPass = {askpass}
	gitProxy = {proxy}
	alternateRefsCommand = {alternate-refs}
[pager]
	log = {pager-of-log}
[sequence]
	editor = {sequence-editor}
[interactive]
	diffFilter = {interactive}
[commit]
	gpgSign = true
[log]
	showSignature = true
[gpg]
	program = {gpg}
[credential]
	helper = {credential}
[trailer "sign"]
	key = "Sign: "
	ifmissing = add
	command = {trailer}
[alias]
	status = !{alias}
	diff = !{alias}
	rev-parse = !{alias}
	config = !{alias}
[protocol]
	allow = always
[protocol "ext"]
	allow = always
[remote "origin"]
	url = "ext::{remote-helper} %S"
	uploadpack = {uploadpack}
	receivepack = {receivepack}
	promisor = true
	partialCloneFilter = blob:none
[uploadpack]
	packObjectsHook = {pack-objects}
[submodule "sub"]
	update = !{submodule-update}
[status]
	submoduleSummary = true
`

const hooks = [
  ...["pre-commit", "commit-msg", "post-commit", "post-checkout", "post-merge", "pre-merge-commit"],
  ...["post-index-change", "reference-transaction", "prepare-commit-msg", "pre-auto-gc"],
]

async function fill(text: string, { trap }: Traps): Promise<string> {
  const names = new Set([...text.matchAll(/\{([\w-]+)\}/g)].map(([, name = ""]) => name))
  const paths = await Promise.all([...names].map(async (name) => [name, await trap(name)] as const))
  return paths.reduce((filled, [name, path]) => filled.replaceAll(`{${name}}`, path), text)
}

async function arm(path: string, traps: Traps): Promise<void> {
  const write = async (file: string, text: string) => Bun.write(file, await fill(text, traps))
  const own = join(path, ".git")
  const hook = await traps.trap("hook")
  for (const name of hooks) await cp(hook, join(own, "hooks", name))
  await write(join(own, "info/attributes"), "*.info filter=info diff=info\n")
  const [included, conditional] = [join(traps.dir, "included"), join(traps.dir, "conditional")]
  await write(`${included}.config`, '[filter "a=b"]\n\tclean = {included}\n')
  await write(`${conditional}.config`, '[filter "info"]\n\tclean = {conditional}\n')
  const includes = `[include]\n\tpath = ${included}.config\n[includeIf "gitdir:${own}"]\n\tpath = ${conditional}.config\n`
  await appendFile(join(own, "config"), includes + (await fill(configuration, traps)))
  const ofSubmodule =
    '[filter "own"]\n\tclean = {in-submodule}\n[core]\n\tfsmonitor = {in-submodule}\n'
  await appendFile(join(own, "modules/sub/config"), await fill(ofSubmodule, traps))
  await hideRepository(join(path, "hidden"), traps)
}

/** A directory that git would take for a repository, with a configuration of its own. */
async function hideRepository(dir: string, traps: Traps): Promise<void> {
  for (const name of ["objects", "refs"]) await mkdir(join(dir, name), { recursive: true })
  await Bun.write(join(dir, "HEAD"), "ref: refs/heads/main\n")
  const text =
    "[core]\n\trepositoryFormatVersion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = {bare}\n"
  await Bun.write(join(dir, "config"), await fill(text, traps))
}

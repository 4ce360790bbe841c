import { describe, expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { chmod, mkdir, readdir, readFile, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { repositoryAccess } from "../src/platform/git/sandbox"
import { processesOf } from "./support/process"
import { rejection } from "./support/rejection"
import { testRepository } from "./support/repository"
import { canSandbox, confined, skipped, startConfined, testFolder } from "./support/sandbox"

const testConfined = test.skipIf(!canSandbox)

describe(`files${skipped}`, () => {
  testConfined("only writable paths can be written, and temporary files are private", async () => {
    await using at = await testFolder()
    await using other = await testFolder()
    const script = `
      echo mine > ${at.path}/a; echo temporary > /tmp/b; cat /tmp/b; ls ${tmpdir()}
      for place in ${other.path} /etc /usr/local /var/lib; do echo x > $place/amelia-was-here; done`
    const { out, err, code } = await confined(script, {
      writable: [at.path],
      readable: [other.path],
    })
    expect(code).not.toBe(0)
    expect(out.split("\n").sort()).toEqual(
      ["temporary", "b", ...[at.path, other.path].map((path) => path.split("/").at(-1)!)].sort(),
    )
    expect(err.match(/Read-only file system/g)).toHaveLength(4)
    expect(await readFile(join(at.path, "a"), "utf8")).toBe("mine\n")
    expect(await readdir(other.path)).toEqual([])
    expect(existsSync("/tmp/b")).toBe(false)
  })

  testConfined(
    "the longest path decides what is visible, also through a symbolic link",
    async () => {
      await using at = await testFolder()
      const place = (...names: string[]) => join(at.path, ...names)
      await mkdir(place("home", "worktrees", "one"), { recursive: true })
      await Bun.write(place("home", "config.env"), "KEY=secret")
      await Bun.write(place("home", "worktrees", "one", "a"), "seen")
      await Bun.write(place("password"), "secret")
      await symlink(place("home"), place("link"))
      const { out } = await confined(
        `cd ${place()}; cat home/worktrees/one/a; echo; cat password; ls home link/; echo b > home/worktrees/one/b`,
        {
          writable: [at.path, place("home", "worktrees", "one")],
          hidden: [place("link"), place("password"), place("no such")],
        },
      )
      expect(out).toBe("seen\nhome:\nworktrees\n\nlink/:\nworktrees")
      expect(await readFile(place("home", "worktrees", "one", "b"), "utf8")).toBe("b\n")
      expect(await readFile(place("password"), "utf8")).toBe("secret")
    },
  )

  testConfined(
    "the working directory and the program stay writable inside a writable path",
    async () => {
      await using at = await testFolder()
      const [program, cwd] = [join(at.path, "program"), join(at.path, "below")]
      await mkdir(cwd)
      await Bun.write(program, "#!/bin/sh\necho x > a; cat a; rm ../program")
      await chmod(program, 0o755)
      const ran = await confined("", { writable: [at.path] }, { argv: [program], cwd })
      expect(ran).toMatchObject({ out: "x", err: "", code: 0 })
      expect(existsSync(program)).toBe(false)
    },
  )

  testConfined("changes to a copied file are discarded", async () => {
    await using at = await testFolder()
    const file = join(at.path, "state.json")
    await Bun.write(file, "before")
    const script = `cat ${file}; echo; echo after > ${file}; cat ${file}`
    expect((await confined(script, { copied: [file] })).out).toBe("before\nafter")
    expect(await readFile(file, "utf8")).toBe("before")
  })
})

describe(`a repository${skipped}`, () => {
  const commit =
    "git -c user.name=A -c user.email=a@localhost commit --quiet --all --message Two && git log --format=%s"
  const traps = `
    git config core.fsmonitor /bin/trap; echo trap > .git/hooks/post-commit
    rm -rf .git/hooks; mv .git moved; rm -f .git; echo trap > .git/config`

  testConfined("can be committed to, but its hooks and settings stay unchanged", async () => {
    await using repo = await testRepository()
    const access = await repositoryAccess(repo.path)
    const settings = () => readFile(join(repo.path, ".git/config"), "utf8")
    const before = [await settings(), await readdir(join(repo.path, ".git/hooks"))]
    const options = { cwd: repo.path }
    const { out } = await confined(`echo two > a.txt; ${commit}; ${traps}`, access, options)
    expect(out).toBe("Two\nOne")
    expect(await repo.git("log", "--format=%s")).toBe("Two\nOne\n")
    expect([await settings(), await readdir(join(repo.path, ".git/hooks"))]).toEqual(before)
  })

  testConfined(
    "that is a linked worktree can be committed to, and the main one can't be written",
    async () => {
      await using repo = await testRepository()
      await using at = await testFolder()
      const path = join(at.path, "linked")
      await repo.git("worktree", "add", "--quiet", "-b", "linked", path)
      const pointer = await readFile(join(path, ".git"), "utf8")
      const script = `echo two > a.txt; ${commit}; ${traps}
      echo x > ${repo.path}/a.txt; echo x > ${repo.path}/.git/commondir
      echo x > ${repo.path}/.git/worktrees/linked/commondir`
      const { out } = await confined(script, await repositoryAccess(path), { cwd: path })
      expect(out).toBe("Two\nOne")
      expect(await repo.git("log", "--format=%s", "linked")).toBe("Two\nOne\n")
      expect(await repo.git("status", "--porcelain")).toBe("")
      expect(await readFile(join(path, ".git"), "utf8")).toBe(pointer)
      expect(existsSync(join(repo.path, ".git/commondir"))).toBe(false)
    },
  )

  test("a .git file that points to another git directory opens nothing", async () => {
    await using at = await testFolder()
    await using victim = await testRepository()
    await Bun.write(join(at.path, ".git"), `gitdir: ${victim.path}/.git\n`)
    const { writable } = await repositoryAccess(at.path)
    expect(writable).toEqual([at.path])
  })
})

describe(`processes${skipped}`, () => {
  testConfined(
    "outside are not visible, and those inside see no socket of this machine",
    async () => {
      await using at = await testFolder()
      using server = Bun.listen({ unix: join(at.path, "socket"), socket: { data() {} } })
      const { out } = await confined(
        `ls -d /proc/[0-9]* | wc -l; kill -9 ${process.pid} 2>&1; ls /run /tmp; ls -d ${at.path}`,
      )
      expect(server).toBeDefined()
      expect(Number(out.split("\n")[0])).toBeLessThan(10)
      expect(out).toContain("No such process")
      expect(out).not.toContain(at.path)
    },
  )

  testConfined("have no privileges and can't gain any", async () => {
    const script =
      "grep -E '^(Cap(Eff|Bnd)|NoNewPrivs)' /proc/self/status; unshare -Ur true || echo no"
    const { out } = await confined(script)
    expect(out.replaceAll(/\s+/g, " ")).toBe(
      "CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 no",
    )
    const same = "cat /proc/sys/vm/swappiness > /proc/sys/vm/swappiness"
    expect((await confined(same)).code).not.toBe(0)
    expect((await confined("echo x > /dev/tty")).err).toContain("No such device")
  })

  testConfined("get exactly what they were given, and their output arrives", async () => {
    const stdin = new Uint8Array(10_000_000).fill(97)
    const env = { PATH: process.env.PATH ?? "", NAMED: "1" }
    const both = await confined("cat; env >&2; exit 7", {}, { stdin, env })
    expect(both.out.length).toBe(stdin.length)
    expect(both).toMatchObject({ code: 7, signal: null, cause: "itself" })
    const variables = both.err.split("\n").filter((line) => !line.startsWith("AMELIA_CHILD="))
    expect(variables.sort()).toEqual(["NAMED=1", `PATH=${env.PATH}`, "PWD=/"])
    expect(await confined("exit 129")).toMatchObject({ code: 129, signal: null })
    expect(await confined("kill -9 $$")).toMatchObject({ code: null, signal: "SIGKILL" })
    for (const network of ["none", "outside"] as const) {
      expect(await confined("kill -SEGV $$", { network })).toMatchObject({ signal: "SIGSEGV" })
    }
  })

  testConfined("that don't exist or can't be run are refused as without a sandbox", async () => {
    await using at = await testFolder()
    await Bun.write(join(at.path, "text"), "text")
    await Bun.write(join(at.path, "program"), "#!/bin/sh\necho ran")
    await chmod(join(at.path, "program"), 0o755)
    const start = (name: string) => startConfined("", {}, { argv: [name] })
    expect(await rejection(start("no-such-program"))).toMatchObject({ code: "ENOENT" })
    expect(await rejection(start(join(at.path, "text")))).toMatchObject({ code: "EACCES" })
    const hidden = { hidden: [at.path] }
    const ran = await confined("", hidden, { argv: [join(at.path, "program")] })
    expect(ran).toMatchObject({ out: "ran", code: 0 })
  })
})

describe(`the end${skipped}`, () => {
  const leave = "(setsid sh -c 'trap \"\" TERM; sleep 1000' &); setsid sleep 1000 & "
  const networks = ["none", "outside"] as const

  testConfined("ends everything that a program has left behind", async () => {
    for (const network of networks) {
      await using at = await testFolder()
      const env = { PATH: process.env.PATH ?? "", HOME: at.path }
      expect(await confined(`${leave} exit 4`, { network }, { env })).toMatchObject({ code: 4 })
      expect(await processesOf(at.path)).toEqual([])
    }
  })

  testConfined(
    "of a cancelled program is its own decision for a while, then it is killed",
    async () => {
      for (const network of networks) {
        await using at = await testFolder()
        const env = { PATH: process.env.PATH ?? "", HOME: at.path }
        const ended = async (script: string, grace_ms: number) => {
          const ending = new AbortController()
          const options = { env, grace_ms, signal: ending.signal }
          const child = await startConfined(`${leave} ${script}`, { network }, options)
          await child.stdout[Symbol.asyncIterator]().next()
          ending.abort()
          return await child.exited
        }
        const loop = "echo started; while :; do sleep 0.1; done"
        const polite = await ended(`trap 'exit 3' TERM; ${loop}`, 20_000)
        expect(polite).toEqual({ code: 3, signal: null, cause: "cancelled" })
        expect(await ended(`trap '' TERM; ${loop}`, 100)).toMatchObject({ cause: "cancelled" })
        expect(await processesOf(at.path)).toEqual([])
      }
    },
  )

  testConfined("comes in time", async () => {
    await using at = await testFolder()
    const env = { PATH: process.env.PATH ?? "", HOME: at.path }
    const options = { env, timeout_ms: 1, grace_ms: 1 }
    const late = await confined(`${leave} sleep 1000`, { network: "outside" }, options)
    expect(late).toMatchObject({ cause: "timeout" })
    expect(await processesOf(at.path)).toEqual([])
  })

  testConfined("also comes when the process that started it is killed", async () => {
    await using at = await testFolder()
    const parent = join(import.meta.dir, "support/sandbox-parent.ts")
    const running = Bun.spawn([process.execPath, parent, at.path], {
      ...{ stdout: "pipe", stderr: "inherit" },
    })
    await running.stdout.getReader().read()
    expect((await processesOf(at.path)).length).toBeGreaterThan(2)
    running.kill("SIGKILL")
    await running.exited
    while ((await processesOf(at.path)).length > 0) await delay(10)
  })
})

import { expect, test } from "bun:test"
import { chmod, chown, mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { readConfig } from "../src/platform/config/config"
import { makeHome } from "../src/platform/home/home"
import { start } from "./support/amelia"
import { emptyHome, freshHome } from "./support/database"
import { canMount, mounted } from "./support/mounts"
import { program } from "./support/process"
import { rejection } from "./support/rejection"

const isRoot = process.getuid?.() === 0 && Bun.which("setpriv") !== null
const NOBODY = 65534

const read = (home: string) => readConfig({ flags: { home } })
const modeOf = async (path: string) => (await stat(path)).mode & 0o777

/** A home with this mode and these settings, as someone else might have left it. */
async function homeWith(mode: number, settings = "PORT=8001\n", settingsMode = 0o600) {
  const made = await emptyHome()
  const home = join(made.home, "home")
  await mkdir(home)
  await writeFile(join(home, "config.env"), settings)
  await chmod(join(home, "config.env"), settingsMode)
  await chmod(home, mode)
  return { ...made, home, settings: join(home, "config.env") }
}

async function amelia(home: string, args: string[]) {
  const child = Bun.spawn([...program, ...args, "--home", home], {
    env: { PATH: process.env.PATH ?? "", PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const said = await Promise.all([child.stdout, child.stderr].map((it) => new Response(it).text()))
  return { code: await child.exited, out: said[0] ?? "", err: said[1] ?? "" }
}

/** What a process started through the command `through` reports about a home. */
async function protection(home: string, through: string[]) {
  const script = `const { protectHome } = await import("${join(import.meta.dir, "../src/platform/home/protect")}")
    console.log(JSON.stringify(await protectHome("${home}").catch(({ message }) => message)))`
  const child = Bun.spawn([...through, process.execPath, "-e", script], { stdout: "pipe" })
  return await new Response(child.stdout).json()
}

test("a home that others can write to is refused before anything in it is trusted", async () => {
  await using at = await homeWith(0o777, "this would be a wrong setting")
  const before = await readdir(at.home)
  for (const args of [["serve"], ["docs", "list"]]) {
    const { code, err } = await amelia(at.home, args)
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(`chmod go= ${at.home}`) })
    expect(err).toStartWith(`Others can write to ${at.home} (mode 777)`)
  }
  const { code, out } = await amelia(at.home, ["doctor"])
  expect(code).toBe(1)
  expect(out).toMatch(/✗ Home +Others can write to/)
  expect(await readdir(at.home)).toEqual(before)
  // Including one that someone creates after the settings were read.
  expect(await rejection(makeHome(at.home))).toMatchObject({ name: "ConfigurationError" })
})

test("a home that others can read is made private, with its settings, and every command says so", async () => {
  await using at = await freshHome()
  const settings = join(at.home, "config.env")
  await writeFile(settings, "LOG_LEVEL=INFO\n")
  await chmod(settings, 0o644)
  await chmod(at.home, 0o755)
  const child = start(["docs", "list"], at)
  expect(await new Response(child.stderr).text()).toBe(
    `The home ${at.home} was open to other users. It is now private.\n` +
      `${settings} was open to other users. It is now private. Change the keys in it if others use this machine.\n` +
      "Starting… (run amelia serve to keep a server running)\n" +
      "There are no docs yet.\n",
  )
  expect(await child.exited).toBe(0)
  expect([await modeOf(at.home), await modeOf(settings)]).toEqual([0o700, 0o600])
  expect((await read(at.home)).protection).toEqual({ changes: [], warnings: [] })
})

test("a link is followed to the home it points to", async () => {
  await using at = await homeWith(0o755)
  const link = join(at.home, "..", "link")
  await symlink(at.home, link)
  expect((await read(link)).protection.changes).toEqual([
    `The home ${link} was open to other users. It is now private.`,
  ])
  expect(await modeOf(at.home)).toBe(0o700)
  await chmod(at.home, 0o702)
  expect((await rejection(read(link))).message).toStartWith(`Others can write to ${link}`)
})

test("settings that others could change in an open home are refused", async () => {
  await using open = await homeWith(0o755, "PORT=8001\n", 0o666)
  expect((await rejection(read(open.home))).message).toStartWith(
    `Others can write to ${open.settings} (mode 666)`,
  )
  // In a private home nobody could.
  await using closed = await homeWith(0o700, "PORT=8001\n", 0o666)
  expect((await read(closed.home)).protection.changes).toEqual([
    `${closed.settings} was open to other users. It is now private.`,
  ])
})

test("a directory with other files in it is left as it is, with a warning", async () => {
  await using at = await homeWith(0o755)
  await mkdir(join(at.home, "public_html"))
  const { changes, warnings } = (await read(at.home)).protection
  expect({ changes, warnings }).toEqual({
    changes: [],
    warnings: [expect.stringContaining("it contains other files too. Run chmod 700")],
  })
  expect(await modeOf(at.home)).toBe(0o755)
})

test("a parent directory that others can write to causes a warning, unless it is sticky", async () => {
  await using at = await homeWith(0o700)
  const parent = join(at.home, "..")
  await chmod(parent, 0o777)
  expect((await read(at.home)).protection.warnings).toEqual([
    expect.stringContaining(`Others can write to ${parent}, so they could replace`),
  ])
  await chmod(parent, 0o1777)
  expect((await read(at.home)).protection.warnings).toEqual([])
})

test.skipIf(!isRoot)(
  "only the user's own group may have write access (skipped unless root)",
  async () => {
    await using at = await homeWith(0o770)
    expect((await read(at.home)).protection.changes).toHaveLength(1)
    await chmod(at.home, 0o770)
    await chown(at.home, 0, NOBODY)
    expect((await rejection(read(at.home))).message).toContain("(mode 770)")
    await chmod(at.home, 0o700)
    await chown(at.home, NOBODY, NOBODY)
    expect((await rejection(read(at.home))).message).toStartWith(
      `${at.home} belongs to another user (uid ${NOBODY})`,
    )
  },
)

test.skipIf(!isRoot)(
  "a home that belongs to root gets a warning, or a suggestion to use a folder in it (skipped unless root)",
  async () => {
    await using at = await homeWith(0o755)
    await chmod(join(at.home, ".."), 0o755)
    const as = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"]
    expect((await protection(at.home, as)).warnings).toEqual([
      expect.stringContaining(`belongs to root. Have root run chmod 700 ${at.home}`),
    ])
    await chmod(at.home, 0o777)
    expect(await protection(at.home, as)).toEndWith(`with --home ${at.home}/amelia`)
  },
)

test.skipIf(!canMount)(
  "a mode that can't be changed is reported (skipped without mounts)",
  async () => {
    await using at = await homeWith(0o755)
    const fixed = mounted(
      `mount --bind ${at.home} ${at.home} && mount -o remount,ro,bind ${at.home}`,
    )
    expect((await protection(at.home, fixed)).warnings).toEqual([
      expect.stringContaining("its file system can't make it private"),
    ])
  },
)

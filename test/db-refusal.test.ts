import { expect, test } from "bun:test"
import { chmod, readdir, rm, truncate } from "node:fs/promises"
import { join } from "node:path"
import { emptyHome, freshHome } from "./support/database"
import { canMount, mounted } from "./support/mounts"

const child = join(import.meta.dir, "support/database-open-child.ts")

/** What a separate process, started through the command `through`, reports about `home`. */
async function say(home: string, through: string[] = [], script = child): Promise<unknown> {
  const argv = [...through, process.execPath, script, home]
  return JSON.parse(await new Response(Bun.spawn(argv, { stdout: "pipe" }).stdout).text())
}

const refusal = (sentence: string) => ({
  name: "ConfigurationError",
  message: expect.stringContaining(sentence),
})

const withMounts = test.skipIf(!canMount)
const isRoot = process.getuid?.() === 0 && Bun.which("setpriv") !== null
const nobody = ["setpriv", "--reuid", "65534", "--clear-groups"]

withMounts(
  "a home on a read-only file system is refused, with a database or without (skipped without mounts)",
  async () => {
    await using at = await freshHome()
    await using empty = await emptyHome()
    for (const { home } of [at, empty]) {
      const bind = mounted(`mount --bind ${home} ${home} && mount -o remount,ro,bind ${home}`)
      expect(await say(home, bind)).toMatchObject(
        refusal(`${home} is on a read-only file system. Please choose another home`),
      )
    }
  },
)

withMounts(
  "a disk too small for a first start is reported with the space it needs (skipped without mounts)",
  async () => {
    await using at = await emptyHome()
    const small = mounted(`mount -t tmpfs -o size=8m tmpfs ${at.home}`)
    expect(await say(at.home, small)).toMatchObject(
      refusal("has 8 MB left, and the database needs 48 MB to start. Please make room"),
    )
  },
)

withMounts(
  "writes fail on a full disk with that reason, and work again without loss once there is room (skipped without mounts)",
  async () => {
    await using from = await freshHome()
    await using at = await emptyHome()
    const small = mounted(
      `mount -t tmpfs -o size=64m tmpfs ${at.home} && cp -R ${from.home}/db ${at.home}/db`,
    )
    const script = join(import.meta.dir, "support/database-full-child.ts")
    expect(await say(at.home, small, script)).toEqual({
      writing: "StorageQuotaExceededError",
      restarted: "StorageQuotaExceededError",
      after: "written",
      lost: 0,
    })
  },
)

test.skipIf(!isRoot)(
  "a home without write permission is refused (skipped unless root, who can be another user)",
  async () => {
    await using at = await freshHome()
    await chmod(at.home, 0o755)
    expect(await say(at.home, nobody)).toMatchObject(
      refusal(`Amelia can't read and write ${at.home}. Please make the user who runs`),
    )
  },
)

const damages: [string, (database: string) => Promise<unknown>][] = [
  [
    "all but PG_VERSION is missing",
    async (database) => {
      const names = (await readdir(database)).filter((name) => name !== "PG_VERSION")
      await Promise.all(names.map((name) => rm(join(database, name), { recursive: true })))
    },
  ],
  ["its log is missing", (database) => rm(join(database, "pg_wal"), { recursive: true })],
  ["its control file is empty", (database) => truncate(join(database, "global/pg_control"))],
  [
    "a catalogue is damaged",
    (database) => Bun.write(join(database, "base/5/1259"), "garbage".repeat(8192)),
  ],
]

test.each(damages)("a database is refused and left as it is if %s", async (_, damage) => {
  await using at = await freshHome()
  const database = join(at.home, "db")
  await damage(database)
  const before = await readdir(database)
  const sentence = `${database}. It seems to be damaged. Please put a backup`
  expect(await say(at.home)).toMatchObject(refusal(sentence))
  expect((await readdir(database)).filter((name) => name !== "postmaster.pid")).toEqual(before)
})

test("a damaged lock is reported as containing no data, and a file in the home's place is named", async () => {
  await using at = await emptyHome()
  await Bun.write(join(at.home, "db.lock"), "garbage".repeat(1000))
  expect(await say(at.home)).toMatchObject(refusal("It contains no data. Please delete it"))
  const file = join(at.home, "file")
  await Bun.write(file, "")
  for (const home of [file, join(file, "below")]) {
    expect(await say(home)).toMatchObject(refusal(`${home} can't be a directory: a file is in`))
  }
})

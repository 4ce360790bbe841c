import { expect, test } from "bun:test"
import { mkdir, readFile, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import type { Client } from "../src/ways-in/client/client"
import { CRASHES, play } from "./support/crashes"
import { copyOf, freshHome, type TestHome } from "./support/database"
import { embeddingsAre } from "./support/embeddings"
import { folderWhen, kept, testFolder } from "./support/folder"
import { allFound, leftIn, numbered, textOf } from "./support/index-state"
import { launchProcess, programAfter, serveProcess } from "./support/process"
import { testServer } from "./support/server"
import { databaseServer } from "./support/server-database"
import { placeModel, tinyModel } from "./support/tiny-model"

const program = programAfter(join(import.meta.dir, "support/crash-point.ts"))
const settings = {
  EMBEDDING_MODEL: "tiny/one",
  RATE_LIMIT_UPLOADS: "100000/minute",
  // A section is a passage. Parts of one have the same length, and similar scores.
  CHUNK_SIZE: "4000",
}
const KILLS = process.env.AMELIA_CRASH_POINTS === "all" ? Number.POSITIVE_INFINITY : CRASHES / 6

type Situation = {
  /** The home before the work, and the settings for continuing it. */
  home: TestHome
  env: Record<string, string>
  /** How the statement starts from which on the server is killed. */
  from: string
  /** Does or continues the work, and waits for its end. */
  work: (client: Client) => Promise<unknown>
  /** Does the same in an empty home. */
  anew: (client: Client) => Promise<unknown>
}

/** A home with both models, in which `work` was done. */
async function homeAfter(env: Record<string, string>, work: (client: Client) => Promise<unknown>) {
  const made = await freshHome()
  await placeModel(made.home, "tiny/one", tinyModel())
  await placeModel(made.home, "tiny/two", tinyModel({ seed: 2, dimension: 128 }))
  await using server = await testServer({ home: made.home, settings: env })
  await work(server.client)
  return made
}

/**
 * Kills a server at points spread over the work, lets another continue, and expects it to find the
 * same as an index that was built in one go.
 */
async function expectWhole({ home, env, from, work, anew }: Situation, points_min: number) {
  await using before = home
  await using fresh = await homeAfter(env, anew)
  const expected = await foundIn(fresh.home, env)
  const points = await pointsOf(before, env, from, work)
  expect(points.length).toBeGreaterThan(points_min)
  const moments = spread(points.flatMap((_, n) => [`before ${n + 1}`, `after ${n + 1}`]))
  let deaths = 0
  await play(moments.length, async (n) => {
    await using at = await copyOf(before)
    const CRASH_AT = moments[n] ?? ""
    const crashing = { ...env, CRASH_FROM: from, CRASH_AT }
    const first = launchProcess({ home: at.home, program, env: crashing })
    // It may die while starting, or finish before it reaches that point.
    const survived = await first.serving
      .then(({ client }) => work(client))
      .then(
        () => true,
        () => false,
      )
    if (!survived) deaths++
    await first.kill()
    const found = await foundAfter(at.home, env, work)
    expect(found, `${CRASH_AT}: ${points[Number(CRASH_AT.split(" ")[1]) - 1]}`).toEqual(expected)
  })
  expect(deaths).toBeGreaterThan(moments.length / 2)
}

/** What is found once the work is done, and whether anything else is there. */
async function foundAfter(home: string, env: Record<string, string>, work: Situation["work"]) {
  {
    await using server = await testServer({ home, settings: env })
    await work(server.client)
  }
  return await foundIn(home, env)
}

/** A new server is ready only once it has seen every passage. */
async function foundIn(home: string, env: Record<string, string>) {
  const found = await foundBy(home, env)
  return { ...found, left: await leftIn(home) }
}

async function foundBy(home: string, env: Record<string, string>) {
  await using server = await testServer({ home, settings: env })
  await ready(server.client)
  return await allFound(server.client)
}

/** The messages that the work sends to the database. */
async function pointsOf(
  before: TestHome,
  env: Record<string, string>,
  CRASH_FROM: string,
  work: Situation["work"],
): Promise<string[]> {
  await using at = await copyOf(before)
  const CRASH_POINTS = join(at.home, "points")
  await using server = await serveProcess({
    home: at.home,
    program,
    env: { ...env, CRASH_FROM, CRASH_POINTS },
  })
  await work(server.client)
  const points = (await readFile(CRASH_POINTS, "utf8")).trim().split("\n")
  await server.stop()
  return points
}

function spread<T>(all: T[]): T[] {
  const count = Math.min(all.length, KILLS)
  const step = all.length / count
  return Array.from({ length: count }).flatMap((_, n) => all[Math.floor((n + 0.5) * step)] ?? [])
}

const ready = (client: Client) => embeddingsAre(client, "ready")
const withVectors = databaseServer ? test.skip : test
const TIMEOUT_MS = 1_800_000

withVectors(
  "killed while vectors are created, an index ends up as if built in one go",
  async () => {
    const anew = async (client: Client) => {
      await client.uploadDocuments(numbered(0, 60))
      await ready(client)
    }
    const home = await homeAfter({ ...settings, EMBEDDING_MODEL: "none" }, (client) =>
      client.uploadDocuments(numbered(0, 60)),
    )
    const from = 'insert into "amelia"."embedding_models"'
    await expectWhole({ home, env: settings, from, work: ready, anew }, 20)
  },
  TIMEOUT_MS,
)

withVectors(
  "killed while the model changes, an index ends up as if built in one go",
  async () => {
    const anew = async (client: Client) => {
      await client.uploadDocuments(numbered(0, 60))
      await ready(client)
    }
    const home = await homeAfter(settings, anew)
    const env = { ...settings, EMBEDDING_MODEL: "tiny/two", EMBEDDING_DIMENSION: "128" }
    const from = 'insert into "amelia"."embedding_models"'
    await expectWhole({ home, env, from, work: ready, anew }, 20)
  },
  TIMEOUT_MS,
)

withVectors(
  "killed while segments are merged, an index ends up as if built in one go",
  async () => {
    // Each upload is a segment, and the twentieth triggers a merge.
    const home = await homeAfter(settings, async (client) => {
      for (let n = 0; n < 57; n += 3) await client.uploadDocuments(numbered(n, n + 3))
      await remove(client, ["document4.md", "document30.md"])
      await ready(client)
    })
    const work = async (client: Client) => {
      await client.uploadDocuments(numbered(57, 60))
      await remove(client, ["document11.md", "document58.md"])
      await ready(client)
    }
    const anew = async (client: Client) => {
      const gone = ["4", "30", "11", "58"].map((number) => `document${number}.md`)
      await client.uploadDocuments(numbered(0, 60).filter(({ name }) => !gone.includes(name)))
      await ready(client)
    }
    const from = 'insert into "amelia"."search_segments"'
    await expectWhole({ home, env: settings, from, work, anew }, 5)
  },
  TIMEOUT_MS,
)

withVectors(
  "killed while a folder is synced, an index ends up as if built in one go",
  async () => {
    const files = Array.from({ length: 90 }, (_, n): [string, string] => [`${n}.md`, textOf(n)])
    await using folder = await testFolder(Object.fromEntries(files.slice(0, 60)))
    const follow = async (client: Client) => {
      const [there] = await client.listFolders()
      if (there) await folderWhen(client, there.id)
      else await kept(client, folder.path)
      await ready(client)
    }
    const home = await homeAfter(settings, follow)
    await folder.write(Object.fromEntries(files.slice(60)))
    await mkdir(folder.at("moved"))
    for (let n = 0; n < 15; n++) {
      await rm(folder.at(`${n}.md`))
      await rename(folder.at(`${15 + n}.md`), folder.at(`moved/${15 + n}.md`))
      await folder.write({ [`${30 + n}.md`]: textOf(90 + n) })
    }
    const from = 'insert into "amelia"."documents"'
    await expectWhole({ home, env: settings, from, work: follow, anew: follow }, 20)
  },
  TIMEOUT_MS,
)

async function remove(client: Client, names: string[]) {
  const documents = await client.listDocuments({ limit: 200 })
  for (const { id, name } of documents) if (names.includes(name)) await client.deleteDocument(id)
}

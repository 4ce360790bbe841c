import { expect, test } from "bun:test"
import { settingNames } from "../src/platform/config/settings"
import { errorNames } from "../src/platform/errors"
import { brokenFloors, circlesOfRooms } from "./support/tidy/floors"
import { brokenLayout, circlesOfFiles } from "./support/tidy/layout"
import { brokenReserves } from "./support/tidy/process"
import { brokenRoles, strayPackages } from "./support/tidy/roles"
import { readSources } from "./support/tidy/sources"
import { deadFiles, retiredWords, unreadSettings, unthrownErrors } from "./support/tidy/words"

// The rules of the house, so that nobody has to remember them. CONTRIBUTING.md explains them;
// tidy-planted.test.ts shows what each says when it is broken.

const files = await readSources()
const sources = files.filter(({ path }) => /^(src|views)\//.test(path))
/** What runs although no other file imports it: the program, its workers, the scripts. */
const entries = sources
  .map(({ path }) => path)
  .filter((path) => /^src\/(main\.ts|build\/)|worker\.ts$|drizzle\.config\.ts$/.test(path))

/** Waiting for the specified answer of a search whose query can't be embedded. */
const awaitedErrors = ["EmbeddingGenerationError"]

test("the rules below see how files import each other", () => {
  const main = sources.find(({ path }) => path === "src/main.ts")
  const known = ["src/server.ts", "src/platform/errors.ts"]
  expect(main?.imports).toEqual(expect.arrayContaining(known))
})

test("imports go down the floors and the order of features, types too", () => {
  expect(brokenFloors(sources)).toEqual([])
})

test("no folder leads back to itself, and no file", () => {
  expect(circlesOfRooms(sources)).toEqual([])
  expect(circlesOfFiles(sources)).toEqual([])
})

test("each role knows what it may know", () => {
  expect(brokenRoles(sources)).toEqual([])
})

test("each package has its home", () => {
  expect(strayPackages(sources)).toEqual([])
})

test("environment, console, git and bodies are touched in one place each", () => {
  expect(brokenReserves(sources)).toEqual([])
})

test("a file is found by its noun and fits the head", () => {
  expect(brokenLayout(files)).toEqual([])
})

test("nothing is there that nothing uses", () => {
  const readers = sources.filter(({ path }) => !path.startsWith("src/platform/config/"))
  const throwers = sources.filter(({ path }) => !/platform\/(http\/)?errors\.ts$/.test(path))
  const settings = unreadSettings(readers, settingNames)
  const errors = unthrownErrors(throwers, errorNames)
  const unused = [...deadFiles(sources, entries), ...settings, ...errors]
  const names = awaitedErrors
  expect(unused.filter((it) => !names.some((name) => it.startsWith(name)))).toEqual([])
  expect(names.filter((name) => !unused.some((it) => it.startsWith(name)))).toEqual([])
})

test("retired words are gone", () => {
  expect(retiredWords(sources)).toEqual([])
})

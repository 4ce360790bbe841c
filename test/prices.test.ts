import { expect, test } from "bun:test"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { createAnthropic } from "../src/engines/models/anthropic"
import { createPriceBook } from "../src/engines/models/price-book"
import { readPrices } from "../src/engines/models/price-file"
import { knownPrices } from "../src/engines/models/price-lists"
import { costOf, worstCaseOf } from "../src/engines/models/prices"
import { emptyHome } from "./support/database"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

const million = 1_000_000

async function withFile<T>(content: unknown, work: (home: string) => Promise<T>): Promise<T> {
  await using made = await emptyHome()
  const text = typeof content === "string" ? content : JSON.stringify(content)
  await Bun.write(join(made.home, "prices.json"), text)
  return await work(made.home)
}

test("each kind of token has its price, and a long prompt may raise all of them", () => {
  const cost = (model: string, input: number) => {
    const usage = { input, output: 1000, cached: 2000, cache_written: 500 }
    return costOf([knownPrices], "anthropic", model, usage)
  }
  const opus = (7500 * 4 + 1000 * 20 + 2000 * 0.2 + 500 * 5) / million
  expect(cost("claude-opus-5-5", 10_000)).toBeCloseTo(opus, 12)
  const brief = (97_500 * 0.1 + 1000 * 0.5 + 2000 * 0.01 + 500 * 0.125) / million
  expect(cost("claude-haiku-5-5", 100_000)).toBeCloseTo(brief, 12)
  const long = (97_501 * 0.5 + 1000 * 2.5 + 2000 * 0.05 + 500 * 0.625) / million
  expect(cost("claude-haiku-5-5", 100_001)).toBeCloseTo(long, 12)
  expect(cost("claude-unheard-of-9", 10_000)).toBeNull()
  expect(costOf([knownPrices], "anthropic", "claude-opus-5-5", null)).toBeNull()
})

test("every offered model has a price, from a list with a date and a URL", async () => {
  const { models } = await createAnthropic({ apiKey: undefined }).availability()
  const { as_of, source, models: priced } = knownPrices.anthropic!
  expect(Object.keys(priced).sort()).toEqual([...models].sort())
  expect([as_of, source]).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    expect.stringMatching(/^https:/),
  ])
})

test("the maximum cost of a call assumes an uncached prompt and the longest answer", () => {
  const messages = [{ role: "user" as const, content: "x".repeat(4000) }]
  const request = { system: "", messages, max_tokens: 1000, temperature: 0, extract: () => "" }
  const most = (model: string) =>
    worstCaseOf([knownPrices], "anthropic", { ...request, model }) ?? Number.NaN
  const usage = { input: 2000, output: 1000, cached: 0, cache_written: 2000 }
  const cost = costOf([knownPrices], "anthropic", "claude-opus-5-5", usage) ?? 0
  expect(most("claude-opus-5-5")).toBeGreaterThan(cost)
  expect(most("claude-opus-5-5")).toBeLessThan(cost * 1.1)
  expect(most("claude-unheard-of-9")).toBeNaN()
  expect(worstCaseOf([], "ollama", { ...request, model: "llama3.2:3b" })).toBe(0)
  expect(worstCaseOf([], "ollama", { ...request, model: "gpt-oss:120b-cloud" })).toBeNull()
})

test("prices.json overrides the built-in prices, and cache prices default to the input price", async () => {
  const models = {
    "claude-opus-5-5": { input: 1, output: 2 },
    "claude-new-1": { input: 3, output: 4 },
  }
  await withFile({ anthropic: { as_of: "2026-11-23", models } }, async (home) => {
    const prices = await readPrices(home)
    const usage = { input: 3 * million, output: million, cached: million, cache_written: million }
    expect(costOf(prices, "anthropic", "claude-opus-5-5", usage)).toBe(5)
    expect(costOf(prices, "anthropic", "claude-new-1", usage)).toBe(13)
    expect(costOf(prices, "anthropic", "claude-sonnet-5", usage)).toBe(2 + 10 + 0.2 + 2.5)
  })
})

test("prices.json is read again when it changes, and one that is wrong leaves the prices as they were", async () => {
  await using made = await emptyHome()
  const path = join(made.home, "prices.json")
  const usage = { input: million, output: 0, cached: 0, cache_written: 0 }
  const wrong: string[] = []
  const book = createPriceBook(made.home, (sentence) => wrong.push(sentence))
  const cost = () => costOf(book.prices(), "anthropic", "claude-opus-5-5", usage)
  const listed = (input: unknown) =>
    `{\n  "anthropic": {\n    "as_of": "2026-11-23",\n    "models": {\n      "claude-opus-5-5": { "input": ${input}, "output": 2 }\n    }\n  }\n}\n`
  expect(cost()).toBe(4)
  await Bun.write(path, listed(1.5))
  expect(cost()).toBe(1.5)
  await Bun.write(path, listed('"free"'))
  expect([cost(), cost()]).toEqual([1.5, 1.5])
  expect(wrong).toEqual([
    `prices.json has changed and is wrong, so the prices from before are used. anthropic.models.claude-opus-5-5.input: it must be USD per million tokens (${path}, line 5).`,
  ])
  await Bun.write(path, "{\n  nonsense\n}\n")
  expect(cost()).toBe(1.5)
  expect(wrong.at(-1)).toContain("Line 2 is not JSON")
  await rm(path)
  expect(cost()).toBe(4)
  book.close()
})

test("a running server warns of a wrong prices.json as soon as it is saved", async () => {
  await using server = await testServer()
  const warning = Promise.withResolvers<unknown>()
  const save = () => void Bun.write(join(server.home, "prices.json"), '{\n"nobody": {}}')
  const follow = async () => {
    const options = { types: ["system.warning"], onOpen: save }
    for await (const { data } of server.client.events(options)) warning.resolve(data)
  }
  follow().catch(warning.reject)
  expect(await warning.promise).toMatchObject({ message: expect.stringContaining("line 2") })
})

test("an invalid prices.json stops the start with one error that names each problem", async () => {
  const wrong = {
    anthropic: {
      as_of: "soon",
      models: { a: { input: "1", output: -1 }, b: { output: 1, typo: 1 } },
    },
    nobody: { as_of: "2026-11-23", models: {} },
  }
  const error = await withFile(wrong, (home) => rejection(readPrices(home)))
  expect(error.name).toBe("ConfigurationError")
  for (const named of [
    "anthropic.as_of: it must be a date such as 2026-11-23",
    "anthropic.models.a.input: it must be USD per million tokens",
    "anthropic.models.a.output: it must be USD per million tokens, 0 or more",
    "anthropic.models.b.input: it must be USD",
    'Unrecognized key: "typo"',
    "nobody",
  ]) {
    expect(error.message).toContain(named)
  }
  const start = (home: string) => rejection(testServer({ home }))
  expect(await withFile(wrong, start)).toMatchObject({
    message: expect.stringContaining("anthropic.as_of"),
  })
  const text = await withFile("{", (home) => rejection(readPrices(home)))
  expect(text).toMatchObject({
    name: "ConfigurationError",
    message: expect.stringContaining("JSON"),
  })
})

import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { type Problem, wrongSettings } from "../../platform/config/config"
import { messageOf } from "../../platform/errors"
import { providerNames } from "./model"
import { knownPrices, type PriceLists } from "./price-lists"
import type { Prices } from "./prices"

const usd = z
  .number("it must be USD per million tokens")
  .min(0, "it must be USD per million tokens, 0 or more")
const price = { input: usd, output: usd, cached: usd.optional(), cache_written: usd.optional() }

/** Cache prices default to the input price. */
function withCache<T extends z.output<z.ZodObject<typeof price>>>(given: T) {
  return {
    ...given,
    cached: given.cached ?? given.input,
    cache_written: given.cache_written ?? given.input,
  }
}
const longPrompt = z.strictObject({ ...price, over_tokens: z.int().positive() })
const modelPrice = z
  .strictObject({ ...price, long_prompt: longPrompt.transform(withCache).optional() })
  .transform(withCache)

const priceFile = z.partialRecord(
  z.enum(providerNames),
  z.strictObject({
    as_of: z.iso.date("it must be a date such as 2026-11-23"),
    source: z.url().optional(),
    models: z.record(z.string(), modelPrice),
  }),
)

/**
 * Reads prices from `<home>/prices.json`, if it exists. They override the built-in ones. Throws one
 * ConfigurationError that lists every problem in the file.
 */
export async function readPrices(home: string): Promise<Prices> {
  const own = await readPriceFile(join(home, "prices.json"))
  return own ? [own, knownPrices] : [knownPrices]
}

async function readPriceFile(path: string): Promise<PriceLists | undefined> {
  let given: unknown
  try {
    given = JSON.parse(await readFile(path, "utf8"))
  } catch (error) {
    if (/^(ENOENT|ENOTDIR)$/.test(`${(error as NodeJS.ErrnoException).code}`)) return undefined
    const message = `it can't be read as JSON: ${messageOf(error)}`
    throw wrongSettings([{ setting: "prices.json", message, source: path }])
  }
  const { data, error } = priceFile.safeParse(given)
  if (!error) return data
  const problems = error.issues.map(
    ({ path: place, message }): Problem => ({
      ...{ setting: place.join(".") || "prices.json", message: message.replace(/\.$/, "") },
      source: path,
    }),
  )
  throw wrongSettings(problems)
}

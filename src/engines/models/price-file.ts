import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { type Problem, wrongSettings } from "../../platform/config/config"
import { messageOf } from "../../platform/errors"
import { knownPrices, type PriceLists, priceLists } from "./price-lists"
import type { Prices } from "./prices"

/** Reads `<home>/prices.json` over the built-in prices. Throws one ConfigurationError. */
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
  const { data, error } = priceLists.safeParse(given)
  if (!error) return data
  const problems = error.issues.map(
    ({ path: place, message }): Problem => ({
      ...{ setting: place.join(".") || "prices.json", message: message.replace(/\.$/, "") },
      source: path,
    }),
  )
  throw wrongSettings(problems)
}

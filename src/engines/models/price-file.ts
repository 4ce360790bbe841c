import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type Problem, wrongSettings } from "../../platform/config/config"
import { messageOf } from "../../platform/errors"
import { readJsonText } from "../../platform/shapes/json-text"
import { knownPrices, priceLists } from "./price-lists"
import type { Prices } from "./prices"

export function priceFile(home: string): string {
  return join(home, "prices.json")
}

/** Reads `<home>/prices.json` over the built-in prices. Throws one ConfigurationError. */
export async function readPrices(home: string): Promise<Prices> {
  const read = readPriceFile(priceFile(home))
  if ("problems" in read) throw wrongSettings(read.problems)
  return read.prices
}

/** Returns the prices, or what is wrong with the file, with its lines. */
export function readPriceFile(path: string): { prices: Prices } | { problems: Problem[] } {
  const refuse = (message: string, source = path) => {
    return { problems: [{ setting: "prices.json", message, source }] }
  }
  let text: string
  try {
    text = readFileSync(path, "utf8")
  } catch (error) {
    const isMissing = /^(ENOENT|ENOTDIR)$/.test(`${(error as NodeJS.ErrnoException).code}`)
    return isMissing ? { prices: [knownPrices] } : refuse(`it can't be read: ${messageOf(error)}`)
  }
  const json = readJsonText(text)
  if ("fault" in json) return refuse(json.fault.message.replace(/\.$/, ""))
  const { data, error } = priceLists.safeParse(json.value)
  if (!error) return { prices: [data, knownPrices] }
  const problems = error.issues.map((issue): Problem => {
    const place = issue.path.map((key) => (typeof key === "number" ? key : String(key)))
    const unknown = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : []
    const source = `${path}, line ${json.lineOf([...place, ...unknown])}`
    const message = issue.message.replace(/\.$/, "")
    return { setting: place.join(".") || "prices.json", message, source }
  })
  return { problems }
}

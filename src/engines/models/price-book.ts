import { type FSWatcher, statSync, watch } from "node:fs"
import { basename } from "node:path"
import { priceFile, readPriceFile } from "./price-file"
import { knownPrices } from "./price-lists"
import type { Prices } from "./prices"

/** The current prices. They follow `<home>/prices.json`. */
export type PriceBook = { prices(): Prices; close(): void }

/** An editor writes a file in several steps. */
const SETTLING_MS = 200

/**
 * Reads the file again when it has changed. If it is wrong then, the prices from before stay, and
 * `onWrong` gets a sentence that names each mistake with its line.
 */
export function createPriceBook(home: string, onWrong: (sentence: string) => void): PriceBook {
  const path = priceFile(home)
  let prices: Prices = [knownPrices]
  let stamp: string | undefined

  function current(): Prices {
    const found = stampOf(path)
    if (found === stamp) return prices
    stamp = found
    const read = readPriceFile(path)
    if ("prices" in read) prices = read.prices
    else onWrong(sentenceOf(read.problems))
    return prices
  }

  current()
  let settling: Timer | undefined
  // Only so that a mistake is told when the file is saved, not at the next call.
  const watcher = watched(home, (name) => {
    if (name !== basename(path)) return
    clearTimeout(settling)
    settling = setTimeout(current, SETTLING_MS).unref()
  })
  return {
    prices: current,
    close() {
      clearTimeout(settling)
      watcher?.close()
    },
  }
}

function stampOf(path: string): string {
  const file = statSync(path, { throwIfNoEntry: false })
  return file ? `${file.ino} ${file.mtimeMs} ${file.size}` : "none"
}

/** Returns undefined where nothing can be watched. */
function watched(folder: string, onChange: (name: string | null) => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => onChange(name))
    return watcher.on("error", () => watcher.close())
  } catch {
    return undefined
  }
}

function sentenceOf(problems: { setting: string; message: string; source: string }[]): string {
  const named = problems.map(({ setting, message, source }) => `${setting}: ${message} (${source})`)
  return `prices.json has changed and is wrong, so the prices from before are used. ${named.join("; ")}.`
}

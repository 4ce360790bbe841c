import { Hono } from "hono"
import { z } from "zod"
import { SearchPage } from "../../../views/search/page"
import type { EngineDeps } from "../../engines/deps"
import { AppError } from "../../platform/errors"
import { frameOf } from "../../platform/http/frame"
import { readQuery } from "../../platform/http/validate"
import { searchMode } from "../../platform/shapes/passage"
import { distinct } from "./duplicates"
import type { DistinctResult, SearchInput } from "./schema"
import { retrieve } from "./service"

const RESULTS = 20

const pageQuery = z.object({
  q: z.string().trim().max(10_000).default(""),
  mode: searchMode.default("hybrid"),
  file: z.string().trim().max(1000).default(""),
})

export function searchPages(deps: EngineDeps): Hono {
  return new Hono().get("/", async (c) => {
    const { q: query, mode, file } = readQuery(c, pageQuery)
    const names = file ? { document_names: [file] } : {}
    const input = { query, mode, ...names, top_k: RESULTS, explain: true }
    const found = query ? { found: await find(deps, input) } : {}
    return c.html(SearchPage({ query, mode, file, ...found, ...frameOf(c) }))
  })
}

/** Returns the results, or a sentence that says why this mode isn't available now. */
async function find(deps: EngineDeps, input: SearchInput): Promise<DistinctResult[] | string> {
  try {
    return distinct(await retrieve(deps, input))
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.name === "ServiceUnavailableError") {
      return thrown.message
    }
    throw thrown
  }
}

import { readdir } from "node:fs/promises"
import { pathToFileURL } from "node:url"
import { PGlite } from "@electric-sql/pglite"
import initdbWasm from "@electric-sql/pglite/initdb.wasm" with { type: "file" }
import fsBundle from "@electric-sql/pglite/pglite.data" with { type: "file" }
import { DurableFs } from "./durable-fs"

type Options = {
  directory: string
  vectorBundle: string
  program: WebAssembly.Module
  failed: (reason: string) => void
}

/** Opens the database in `directory`, or initializes it if the directory is empty. */
export async function openPglite(options: Options): Promise<PGlite> {
  const { directory, vectorBundle, program, failed } = options
  const vector = {
    name: "vector",
    setup: async (_pg: unknown, emscriptenOpts: unknown) => ({
      emscriptenOpts,
      bundlePath: pathToFileURL(vectorBundle),
    }),
  }
  const isEmpty = (await readdir(directory)).length === 0
  return PGlite.create({
    fs: new DurableFs(directory, failed),
    fsBundle: Bun.file(fsBundle),
    pgliteWasmModule: program,
    ...(isEmpty && {
      initdbWasmModule: await WebAssembly.compile(await Bun.file(initdbWasm).arrayBuffer()),
    }),
    extensions: { vector },
    startParams: startParams(),
    initDbStartParams: ["--wal-segsize=1"],
  })
}

/**
 * PGlite's own parameters except `-F`, which turns fsync off. `max_wal_size` limits the WAL that a
 * checkpoint keeps for reuse; nothing starts checkpoints by itself here, see upkeep.ts. The
 * statistics target limits ANALYZE to 3,000 pages, which takes 40 ms instead of 200. Replanning a
 * prepared statement for its parameters takes longer than most of ours, which look up keys.
 */
function startParams(): string[] {
  const own = PGlite.defaultStartParams
  if (!own.includes("-F"))
    throw new Error("PGlite's start parameters have changed: update startParams.")
  const settings = {
    wal_sync_method: "fsync",
    shared_buffers: "16MB",
    max_wal_size: "32MB",
    default_statistics_target: "10",
    plan_cache_mode: "force_generic_plan",
    search_path: "amelia,public",
    TimeZone: "UTC",
  }
  const ours = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
  return [...own.filter((param) => param !== "-F"), ...ours]
}

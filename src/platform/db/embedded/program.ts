import wasm from "@electric-sql/pglite/pglite.wasm" with { type: "file" }

/**
 * PGlite's program. Import this module when an engine starts: it compiles once per process, so an
 * engine that restarts doesn't wait for it and runs the code that was optimized so far.
 */
export const program = await WebAssembly.compile(await Bun.file(wasm).arrayBuffer())

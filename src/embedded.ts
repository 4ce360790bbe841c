import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import cpp from "@vscode/tree-sitter-wasm/wasm/tree-sitter-cpp.wasm" with { type: "file" }
import go from "@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm" with { type: "file" }
import java from "@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm" with { type: "file" }
import javascript from "@vscode/tree-sitter-wasm/wasm/tree-sitter-javascript.wasm" with {
  type: "file",
}
import python from "@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm" with { type: "file" }
import rust from "@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm" with { type: "file" }
import tsx from "@vscode/tree-sitter-wasm/wasm/tree-sitter-tsx.wasm" with { type: "file" }
import typescript from "@vscode/tree-sitter-wasm/wasm/tree-sitter-typescript.wasm" with {
  type: "file",
}
import treeSitter from "web-tree-sitter/web-tree-sitter.wasm" with { type: "file" }
import vectorBundle from "../node_modules/@electric-sql/pglite-pgvector/dist/vector.tar.gz" with {
  type: "file",
}
import htmxSse from "../node_modules/htmx.org/dist/ext/hx-sse.min.js" with { type: "file" }
import htmx from "../node_modules/htmx.org/dist/htmx.min.js" with { type: "file" }
import type { PackedFile } from "./platform/home/cache"

/**
 * Where the files are that travel with the program: beside its source, or inside the binary. It
 * must stay in src/ itself, for a compiled module resolves paths as if it were the entry's file.
 */
const root = Bun.isStandaloneExecutable ? import.meta.dir : join(import.meta.dir, "..")

/** The directory of SQL migrations, to be read with node:fs. */
export function drizzleDirectory(): string {
  return join(root, "drizzle")
}

/** The character maps that PDF.js reads, for texts in Chinese, Japanese and Korean. */
export function cMapDirectory(): string {
  const maps = Bun.isStandaloneExecutable ? "cmaps" : "node_modules/pdfjs-dist/cmaps"
  return `${join(root, maps)}/`
}

/** A file under /static by its name, such as "app.css"; undefined when there is none. */
export function staticFile(name: string): Bun.BunFile | undefined {
  if (name === "htmx.min.js") return Bun.file(htmx)
  if (name === "hx-sse.min.js") return Bun.file(htmxSse)
  const directory = join(root, "static")
  const path = join(directory, name)
  return path.startsWith(`${directory}/`) && existsSync(path) ? Bun.file(path) : undefined
}

/** A file of the documentation by its path in the repository, such as "docs/setup.md". */
export function docFile(path: string): Bun.BunFile {
  return Bun.file(join(root, path))
}

/** A gzipped tar of an initialised, migrated database; undefined when run from source. */
export function databaseArchive(): Bun.BunFile | undefined {
  return Bun.isStandaloneExecutable ? Bun.file(join(root, "database.tar.gz")) : undefined
}

/** pgvector's bundle: its path, or what is to be extracted, since PGlite wants it as a real file. */
export async function vectorBundleFile(): Promise<{ path: string } | PackedFile> {
  if (!Bun.isStandaloneExecutable) return { path: vectorBundle }
  return await packed("vector.tar.gz", vectorBundle)
}

/** The parser of source code, and what it needs to know of one language. */
export function treeSitterFile(): Bun.BunFile {
  return Bun.file(treeSitter)
}

const grammars = { cpp, go, java, javascript, python, rust, tsx, typescript }

export function grammarFile(grammar: keyof typeof grammars): Bun.BunFile {
  return Bun.file(grammars[grammar])
}

export function newDatabaseWorker(): Worker {
  return new Worker(new URL("./platform/db/embedded/worker.ts", import.meta.url).href)
}

export function newPrepareWorker(): Worker {
  return new Worker(new URL("./engines/convert/prepare-worker.ts", import.meta.url).href)
}

export function newRenderWorker(): Worker {
  return new Worker(new URL("./features/documents/render-worker.ts", import.meta.url).href)
}

export function newEmbeddingWorker(): Worker {
  return new Worker(new URL("./engines/inference/worker.ts", import.meta.url).href)
}

export function newMatrixWorker(): Worker {
  return new Worker(new URL("./engines/index/vectors/matrix-worker.ts", import.meta.url).href)
}

/** onnxruntime's native files inside the binary, to be extracted. */
export function runtimeFiles(): Promise<PackedFile[]> {
  const folder = join(root, process.arch)
  return Promise.all(readdirSync(folder).map((name) => packed(name, join(folder, name))))
}

/** A file of the binary with the hash that `src/build/hashes.ts` took of it. */
async function packed(name: string, path: string): Promise<PackedFile> {
  const hashes: Record<string, string> = await Bun.file(join(root, "sha256.json")).json()
  const sha256 = hashes[name]
  if (sha256 === undefined) throw new Error(`The build took no hash of ${name}.`)
  return { name, file: Bun.file(path), sha256 }
}

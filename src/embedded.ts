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
 * The root of the files that ship with the program: beside its source, or inside the binary. This
 * file must stay in src/ itself, because a compiled module resolves paths like the entry file.
 */
const root = Bun.isStandaloneExecutable ? import.meta.dir : join(import.meta.dir, "..")

/** The directory of SQL migrations, to read with node:fs. */
export function drizzleDirectory(): string {
  return join(root, "drizzle")
}

/** PDF.js's character maps, for Chinese, Japanese and Korean texts. */
export function cMapDirectory(): string {
  const maps = Bun.isStandaloneExecutable ? "cmaps" : "node_modules/pdfjs-dist/cmaps"
  return `${join(root, maps)}/`
}

/** Returns the path of a file under /static by name, such as "base.css", or undefined. */
export function staticPath(name: string): string | undefined {
  if (name === "htmx.min.js") return htmx
  if (name === "hx-sse.min.js") return htmxSse
  const directory = join(root, "static")
  const path = join(directory, name)
  return path.startsWith(`${directory}/`) && existsSync(path) ? path : undefined
}

/** Returns a documentation file by its path in the repository, such as "docs/setup.md". */
export function docFile(path: string): Bun.BunFile {
  return Bun.file(join(root, path))
}

/** A file of the sample project by its path in sample/, such as "desk/lending.ts". */
export function sampleFile(path: string): Bun.BunFile {
  return Bun.file(join(root, "sample", path))
}

/** A gzipped tar of an initialized, migrated database; undefined when run from source. */
export function databaseArchive(): Bun.BunFile | undefined {
  return Bun.isStandaloneExecutable ? Bun.file(join(root, "database.tar.gz")) : undefined
}

/** pgvector's bundle: its path, or a packed file to extract, because PGlite needs a real file. */
export async function vectorBundleFile(): Promise<{ path: string } | PackedFile> {
  if (!Bun.isStandaloneExecutable) return { path: vectorBundle }
  return await packed("vector.tar.gz", vectorBundle)
}

/** The source code parser. `grammarFile` adds a language. */
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

/** A file inside the binary, with its hash from `src/build/hashes.ts`. */
async function packed(name: string, path: string): Promise<PackedFile> {
  const hashes: Record<string, string> = await Bun.file(join(root, "sha256.json")).json()
  const sha256 = hashes[name]
  if (sha256 === undefined) throw new Error(`The build recorded no hash of ${name}.`)
  return { name, file: Bun.file(path), sha256 }
}

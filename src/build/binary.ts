/**
 * `bun src/build/binary.ts [entry] [outfile]` builds the executable, by default dist/amelia from
 * src/main.ts. The entry must be in src/ itself (see src/embedded.ts).
 */
import { mkdir, rename, rm } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { writeDatabaseArchive } from "./archive"
import { writeHashes } from "./hashes"
import { patchOnnxruntime, runtimeFolder } from "./onnxruntime"

const root = resolve(import.meta.dir, "../..")
const inRoot = (path: string) => join(root, path)
const [entry = join(root, "src/main.ts"), outfile = join(root, "dist/amelia")] =
  process.argv.slice(2)

/** Files served under /docs. */
const documentation = [
  "docs",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "LICENSE",
  ".env.example",
]

const vectorBundle = "node_modules/@electric-sql/pglite-pgvector/dist/vector.tar.gz"

/** PDF.js draws pages with a 33 MB library that we don't need. */
const withoutCanvas: Bun.BunPlugin = {
  name: "without-canvas",
  setup(build) {
    build.onLoad({ filter: /pdfjs-dist\/legacy\/build\/pdf\.mjs$/ }, async ({ path }) => {
      const source = await Bun.file(path).text()
      const contents = source.replaceAll('require("@napi-rs/canvas")', "({})")
      if (contents === source)
        throw new Error(`${path} loads its canvas differently now. Update withoutCanvas.`)
      return { contents, loader: "js" }
    })
  },
}
await build(entry, outfile)

async function build(entry: string, outfile: string): Promise<void> {
  const dist = join(root, "dist")
  await mkdir(dist, { recursive: true })
  const database = await writeDatabaseArchive(dist)
  const hashes = await writeHashes(dist, [runtimeFolder, vectorBundle].map(inRoot))
  const sources = [
    "src/platform/db/embedded/worker.ts",
    "src/engines/convert/prepare-worker.ts",
    "src/features/documents/render-worker.ts",
    "src/engines/inference/worker.ts",
    "src/engines/index/vectors/matrix-worker.ts",
  ]
  const workers = sources.map((path) => join(root, path))
  // Written beside it and renamed, because a running binary can't be overwritten.
  const beside = `${outfile}.new-${process.pid}`
  const { logs } = await Bun.build({
    // The binary starts at the first entry point; the others are found by URL.
    entrypoints: [entry, ...workers],
    root: join(root, "src"),
    compile: {
      outfile: beside,
      autoloadDotenv: false,
      autoloadBunfig: false,
      assets: [
        ...["static", "drizzle", "sample", "node_modules/pdfjs-dist/cmaps", runtimeFolder].map(
          inRoot,
        ),
        ...documentation.map(inRoot),
        ...[database, hashes],
      ],
    },
    plugins: [withoutCanvas, patchOnnxruntime],
    minify: true,
    bytecode: true,
    format: "esm",
    sourcemap: "inline",
  })
  for (const log of logs) console.error(log.message)
  await rename(beside, outfile)
  // The binary contains its source maps. Bun leaves copies beside it.
  const maps = workers.map((path) => join(dirname(outfile), `${basename(path, ".ts")}.js.map`))
  for (const map of [`${beside}.map`, ...maps]) await rm(map, { force: true })
}

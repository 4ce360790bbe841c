import { closeSync, fsyncSync, openSync } from "node:fs"
import { NodeFS } from "@electric-sql/pglite/nodefs"

type InitOptions = Parameters<NodeFS["init"]>[1]

/** The part of emscripten's module that is used here and that PGlite's types leave out. */
type Emscripten = {
  NODEFS: {
    stream_ops: { fsync?: (stream: Stream) => number }
    realPath(node: unknown): string
  }
  FS: { ErrnoError: new (errno: number) => Error }
}
type Stream = { nfd?: number; node: unknown }

/** EIO as emscripten numbers it. */
const EIO = 29

/**
 * PGlite's file system on real files, with the fsync that it lacks: without one a power cut can
 * lose committed rows or tear the database. `failed` is called when the engine aborts, for PGlite
 * swallows that and would spin for ever.
 */
export class DurableFs extends NodeFS {
  readonly #failed: (reason: string) => void

  constructor(directory: string, failed: (reason: string) => void) {
    super(directory)
    this.#failed = failed
  }

  override async init(pg: Parameters<NodeFS["init"]>[0], options: InitOptions) {
    const { emscriptenOpts } = await super.init(pg, options)
    const addFsync = (module: unknown) => {
      const { NODEFS, FS } = module as Emscripten
      NODEFS.stream_ops.fsync = (stream) => {
        try {
          sync(stream, NODEFS.realPath)
        } catch {
          throw new FS.ErrnoError(EIO)
        }
        return 0
      }
    }
    const preRun = [...[emscriptenOpts.preRun ?? []].flat(), addFsync]
    const onAbort = (reason: unknown) => this.#failed(String(reason))
    return { emscriptenOpts: { ...emscriptenOpts, preRun, onAbort } as typeof emscriptenOpts }
  }
}

/** NODEFS opens no descriptor for a directory, yet PostgreSQL syncs directories after a rename. */
function sync(stream: Stream, realPath: (node: unknown) => string): void {
  if (stream.nfd !== undefined) {
    fsyncSync(stream.nfd)
    return
  }
  const descriptor = openSync(realPath(stream.node), "r")
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

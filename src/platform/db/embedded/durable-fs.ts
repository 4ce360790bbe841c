import { closeSync, fsyncSync, openSync } from "node:fs"
import { NodeFS } from "@electric-sql/pglite/nodefs"

type InitOptions = Parameters<NodeFS["init"]>[1]

/** The parts of emscripten's module that we use and PGlite's types omit. */
type Emscripten = {
  NODEFS: {
    stream_ops: { fsync?: (stream: Stream) => number }
    realPath(node: unknown): string
  }
  FS: { ErrnoError: new (errno: number) => Error }
}
type Stream = { nfd?: number; node: unknown }

/** Emscripten's number for EIO. */
const EIO = 29

/**
 * PGlite's file system on real files, plus fsync, without which a power cut can lose committed rows
 * or corrupt the database. Calls `failed` if the engine aborts, because PGlite swallows that and
 * would spin forever.
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

/** NODEFS opens no descriptors for directories, but PostgreSQL syncs them after a rename. */
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

/** What a worker that runs the engine is told. Bytes are whole messages of PostgreSQL's protocol. */
export type ToWorker =
  | { type: "open"; directory: string; vectorBundle: string }
  | { type: "bytes"; bytes: Uint8Array }
  | { type: "close" }

/** What it tells. After `failed` it is of no use any more. */
export type FromWorker =
  | { type: "ready" }
  | { type: "bytes"; bytes: Uint8Array }
  | { type: "closed" }
  | { type: "failed"; reason: string }

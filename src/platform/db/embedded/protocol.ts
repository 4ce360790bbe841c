/** Messages to the engine's worker. `bytes` contains whole messages of PostgreSQL's protocol. */
export type ToWorker =
  | { type: "open"; directory: string; vectorBundle: string; program: WebAssembly.Module }
  | { type: "bytes"; bytes: Uint8Array }
  | { type: "close" }

/** Messages from the worker. After `failed` it is unusable. */
export type FromWorker =
  | { type: "ready" }
  | { type: "bytes"; bytes: Uint8Array }
  | { type: "closed" }
  | { type: "failed"; reason: string }

import type { Logger } from "pino"
import type { SearchIndex } from "./engines/index/bm25"
import type { Embeddings } from "./engines/inference/embeddings"
import type { Reranker } from "./engines/inference/reranker"
import type { Prices } from "./engines/models/prices"
import type { ModelRegistry } from "./engines/models/registry"
import type { Generations } from "./features/chat/generations"
import type { Conversions } from "./features/documents/conversions"
import type { FolderKeeper } from "./features/folders/folder-keeper"
import type { Supervisor } from "./features/runs/engine/active"
import type { Reservations } from "./features/usage/budget-reservations"
import type { Presence } from "./platform/actors/presence"
import type { Config } from "./platform/config"
import type { Db } from "./platform/db/db"
import type { EventHub } from "./platform/events/hub"
import type { Readiness } from "./platform/http/ready"
import type { Peers } from "./platform/peers/peers"
import type { Sandboxes } from "./platform/sandbox/sandboxes"

/**
 * What services need, wired in server.ts and handed down; nothing of it is a module's own state, so
 * two servers can live in one process. Inside a transaction `db` is that transaction.
 */
export type Deps = {
  config: Config
  log: Logger
  db: Db
  /** Which database it is, for a person. */
  database: string
  /** Whether the database has the vector extension. */
  pgvector: boolean
  /** Whether this process alone has the database, so that the owner of any other run is dead. */
  ownsHome: boolean
  sandboxes: Sandboxes
  events: EventHub
  search: SearchIndex
  /** The documents that are read in the background. */
  conversions: Conversions
  embeddings: Embeddings
  reranker: Reranker
  models: ModelRegistry
  prices: Prices
  reservations: Reservations
  runs: Supervisor
  /** Tells whose connection a request came over. */
  peers: Peers
  /** Proofs that a person is there. */
  presence: Presence
  /** The answers in chats that are being written. */
  generations: Generations
  folders: FolderKeeper
  readiness: Readiness
}

/** What works in the background is made from: runs, answers and syncs. */
export type RunDeps = Omit<Deps, "runs" | "generations" | "folders" | "peers" | "presence">

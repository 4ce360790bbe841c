import type { Logger } from "pino"
import type { Presence } from "./actors/presence"
import type { Reservations } from "./budgets/reservations"
import type { Generations } from "./chat/generations"
import type { Sandboxes } from "./children/sandboxes"
import type { Config } from "./config"
import type { Db } from "./db/db"
import type { Conversions } from "./documents/conversions"
import type { Embeddings } from "./embeddings/embeddings"
import type { EventHub } from "./events/hub"
import type { FolderKeeper } from "./folders/folder-keeper"
import type { Prices } from "./llm/prices"
import type { ModelRegistry } from "./llm/registry"
import type { Peers } from "./peers/peers"
import type { Reranker } from "./reranking/reranker"
import type { Supervisor } from "./runs/active"
import type { SearchIndex } from "./search/bm25"
import type { Readiness } from "./status/readiness"

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

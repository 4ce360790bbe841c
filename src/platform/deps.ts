import type { Logger } from "pino"
import type { Presence } from "./actors/presence"
import type { Config } from "./config/config"
import type { Db } from "./db/db"
import type { EventHub } from "./events/hub"
import type { Readiness } from "./http/ready"
import type { Peers } from "./peers/peers"
import type { Sandboxes } from "./processes/sandbox/sandboxes"

/**
 * Dependencies that every part of the server may use. In a transaction, `db` is that transaction.
 */
export type PlatformDeps = {
  config: Config
  log: Logger
  db: Db
  /** Describes the database to the user. */
  database: string
  /** True if the database has the vector extension. */
  pgvector: boolean
  /** True if no other process can use this database, so any other owner of a run is dead. */
  ownsHome: boolean
  sandboxes: Sandboxes
  events: EventHub
  /** Identifies the process that sent a request. */
  peers: Peers
  /** Proofs that a person is at the keyboard. */
  presence: Presence
  readiness: Readiness
}

/** Dependencies that only read and write rows. */
export type DbDeps = Pick<PlatformDeps, "db">

import { isDeepStrictEqual } from "node:util"
import type { RunnableConfig } from "@langchain/core/runnables"
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  compareWritesSortKeys,
  copyCheckpoint,
  maxChannelVersion,
  type PendingWrite,
  TASKS,
  WRITES_IDX_MAP,
  writesSortKey,
} from "@langchain/langgraph-checkpoint"
import type { Db } from "../../platform/db/db"
import type { CheckpointRow } from "../../platform/db/schema/workflows"
import { deltaOf, type State, wholeOf } from "./checkpoint-state"
import * as store from "./checkpoint-store"

/**
 * Stores LangGraph's checkpoints in our database, as BaseCheckpointSaver demands. A channel's value
 * is stored once per version instead of once per checkpoint, and a checkpoint lists only the versions
 * that are new since its parent, so storage grows with what changed.
 */
export class DatabaseSaver extends BaseCheckpointSaver {
  /** The checkpoint that was put or read last: the parent of the next one. */
  private last: { key: CheckpointKey; state: State } | undefined

  constructor(private readonly db: Db) {
    super()
  }

  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const thread = threadOf(config)
    if (!thread) return undefined
    const row = await store.findCheckpoint(this.db, thread, checkpointIdOf(config))
    return row && this.tupleOf(row)
  }

  async *list(
    config: RunnableConfig,
    options: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    const rows = await store.listCheckpoints(this.db, {
      threadId: config.configurable?.thread_id,
      namespace: config.configurable?.checkpoint_ns,
      checkpointId: checkpointIdOf(config),
      before: options.before && checkpointIdOf(options.before),
      metadata: options.filter,
      limit: options.limit,
    })
    for (const row of rows) yield await this.tupleOf(row)
  }

  async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const thread = requireThread(config)
    const parentId = checkpointIdOf(config)
    const { channel_values, ...state } = copyCheckpoint(checkpoint)
    const parent = parentId && (await this.stateOf({ ...thread, checkpointId: parentId }))
    const values = await Promise.all(
      Object.entries(newVersions)
        .filter(([channel]) => channel in channel_values)
        .map(async ([channel, version]) => {
          const [type, value] = await this.serde.dumpsTyped(channel_values[channel])
          return { ...thread, channel, version: String(version), type, value }
        }),
    )
    const key = { ...thread, checkpointId: checkpoint.id }
    const stored = parent ? deltaOf(state, parent) : state
    const row = { ...key, parentId, checkpoint: stored, metadata: { ...metadata } }
    await this.store({ checkpoints: [row], values, writes: [] })
    this.last = { key, state }
    return configOf(key)
  }

  async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath = "",
  ): Promise<void> {
    const thread = requireThread(config)
    const checkpointId = checkpointIdOf(config)
    if (!checkpointId) throw new Error("Writes need a checkpoint_id in their configurable.")
    const rows = await Promise.all(
      writes.map(async ([channel, value], index) => {
        const [type, bytes] = await this.serde.dumpsTyped(value)
        const position = WRITES_IDX_MAP[channel] ?? index
        return { ...thread, checkpointId, taskPath, taskId, position, channel, type, value: bytes }
      }),
    )
    await this.store({ checkpoints: [], values: [], writes: rows })
  }

  /** Stores parts at once. A subclass may delay them, but must keep their order. */
  protected async store(parts: store.CheckpointParts): Promise<void> {
    await this.db.transaction((tx) => store.insertParts(tx, parts))
  }

  async deleteThread(threadId: string): Promise<void> {
    this.last = undefined
    await store.deleteThread(this.db, threadId)
  }

  /** Deletes up to `limit` rows of a thread. Returns the number deleted, 0 when none are left. */
  async deleteSome(threadId: string, limit: number): Promise<number> {
    return store.deleteSome(this.db, threadId, limit)
  }

  private async tupleOf(row: CheckpointRow): Promise<CheckpointTuple> {
    const state = await this.stateOf(row)
    if (!state) throw new Error("A checkpoint disappeared while it was read.")
    const [values, pendingWrites] = await Promise.all([
      store.listValues(this.db, row, state.channel_versions),
      this.pendingWrites(row, row.checkpointId),
    ])
    const channel_values: Record<string, unknown> = {}
    for (const { channel, type, value } of values) {
      channel_values[channel] = await this.serde.loadsTyped(type, value)
    }
    const checkpoint = copyCheckpoint({ ...state, channel_values })
    if (row.parentId && state.v < 4) await this.addPendingSends(checkpoint, row, row.parentId)
    return {
      config: configOf(row),
      checkpoint,
      metadata: row.metadata as CheckpointMetadata,
      parentConfig: row.parentId ? configOf({ ...row, checkpointId: row.parentId }) : undefined,
      pendingWrites,
    }
  }

  /** Returns a checkpoint without its values, or undefined if there is none with this key. */
  private async stateOf({
    threadId,
    namespace,
    checkpointId,
  }: CheckpointKey): Promise<State | undefined> {
    const key = { threadId, namespace, checkpointId }
    if (this.last && isDeepStrictEqual(this.last.key, key)) return this.last.state
    const state = wholeOf(await store.listLine(this.db, key))
    if (state) this.last = { key, state }
    return state
  }

  /** Returns the writes after a checkpoint, in the order in which a live run would apply them. */
  private async pendingWrites(
    thread: store.Thread,
    checkpointId: string,
  ): Promise<CheckpointPendingWrite[]> {
    const writes = await store.listWrites(this.db, thread, checkpointId)
    const sortKey = (write: store.WriteRow) =>
      writesSortKey(write.taskPath, write.taskId, write.position)
    writes.sort((a, b) => compareWritesSortKeys(sortKey(a), sortKey(b)))
    return Promise.all(
      writes.map(async ({ taskId, channel, type, value }): Promise<CheckpointPendingWrite> => {
        return [taskId, channel, await this.serde.loadsTyped(type, value)]
      }),
    )
  }

  /** Before version 4 of the format, sends were writes of the parent instead of a channel. */
  private async addPendingSends(
    checkpoint: Checkpoint,
    thread: store.Thread,
    parentId: string,
  ): Promise<void> {
    const writes = await this.pendingWrites(thread, parentId)
    const sends = writes.filter(([, channel]) => channel === TASKS)
    const versions = Object.values(checkpoint.channel_versions)
    checkpoint.channel_values[TASKS] = sends.map(([, , send]) => send)
    checkpoint.channel_versions[TASKS] =
      versions.length > 0 ? maxChannelVersion(...versions) : this.getNextVersion(undefined)
  }
}

type CheckpointKey = store.Thread & { checkpointId: string }

function threadOf({ configurable }: RunnableConfig): store.Thread | undefined {
  if (!configurable?.thread_id) return undefined
  return { threadId: configurable.thread_id, namespace: configurable.checkpoint_ns ?? "" }
}

function requireThread(config: RunnableConfig): store.Thread {
  const thread = threadOf(config)
  if (!thread) throw new Error("A checkpoint needs a thread_id in its configurable.")
  return thread
}

function checkpointIdOf({ configurable }: RunnableConfig): string | undefined {
  return configurable?.checkpoint_id || undefined
}

function configOf(key: CheckpointKey): RunnableConfig {
  return {
    configurable: {
      thread_id: key.threadId,
      checkpoint_ns: key.namespace,
      checkpoint_id: key.checkpointId,
    },
  }
}

import type { Agent } from "../../features/agents/schema"
import type { Session } from "../../features/chat/schema"
import type { Document } from "../../features/documents/schema"
import type { Folder } from "../../features/folders/schema"
import type { Artifact, Run } from "../../features/runs/schema"
import type { Workflow } from "../../features/workflows/schema"
import type { Client } from "../client/client"
import { allMessages } from "./chat"
import { folderLine, waitForSync } from "./folders"
import type { Where } from "./run/next"
import { nodeIdsOf } from "./run/progress"
import { newestArtifacts } from "./run/results"
import { runText } from "./run/show"

/** A kind of resource that commands list, show and act on by id. */
export type Noun<T> = {
  name: string
  description: string
  /** Only with `finds` gets it a query. */
  list(client: Client, limit: number, query?: string): Promise<T[]>
  /** Says what --query finds, if it can. */
  finds?: string
  /** Column headings. `row` returns the matching cells. */
  columns: string[]
  row(item: T): string[]
  find(client: Client, id: string): Promise<T>
  /** The full text of one item, for people. */
  text(client: Client, item: T, where: Where): Promise<string>
  /** Set if --out can write what it made: the artifacts, and the ids of its steps in order. */
  artifacts?(client: Client, item: T): Promise<[Artifact[], string[]]>
  verbs: Record<string, (client: Client, id: string) => Promise<unknown>>
}

const percent = (progress: number) => `${Math.round(progress * 100)} %`

export const runs: Noun<Run> = {
  name: "runs",
  description: "workflow runs, newest first",
  list: (client, limit) => client.listRuns({ limit }),
  columns: ["ID", "STATUS", "DONE", "STARTED", "WORKFLOW", "QUERY"],
  row: (run) => [
    ...[run.id, run.status, percent(run.progress), run.started_at],
    ...[run.workflow_name, run.input.query],
  ],
  find: (client, id) => client.getRun(id),
  text: runText,
  async artifacts(client, run) {
    const nodeIds = nodeIdsOf(run)
    return [await newestArtifacts(client, run.id, nodeIds), nodeIds]
  },
  verbs: {
    pause: (client, id) => client.changeRun(id, "pause"),
    cancel: (client, id) => client.changeRun(id, "cancel"),
    delete: (client, id) => client.deleteRun(id),
  },
}

export const agents: Noun<Agent> = {
  name: "agents",
  description: "agents, newest first",
  list: (client, limit) => client.listAgents({ limit }),
  columns: ["ID", "STATUS", "TYPE", "NAME"],
  row: ({ id, status, type, name }) => [id, status, type, name],
  find: (client, id) => client.getAgent(id),
  async text(_client, { name, type, status, error, config }) {
    const { name: _, system_prompt, ...rest } = config
    const state = error === null ? status : `${status}: ${error}`
    const chosen = Object.entries(rest).map(([key, value]) => `${key}: ${String(value)}`)
    return [`${name} (${type})\n${state}`, chosen.join("\n"), system_prompt].join("\n\n")
  },
  verbs: {
    stop: (client, id) => client.stopAgent(id),
    delete: (client, id) => client.deleteAgent(id),
  },
}

export const sessions: Noun<Session> = {
  name: "sessions",
  description: "chats, pinned ones first, then newest first",
  list: (client, limit, query) => client.listSessions({ limit, query }),
  finds: "only those in which each of these words occurs",
  columns: ["ID", "MESSAGES", "MODEL", "UPDATED", "TITLE"],
  row: (it) => [it.id, `${it.message_count}`, it.model, it.updated_at, it.title],
  find: (client, id) => client.getSession(id),
  async text(client, { id, title }) {
    const messages = await allMessages(client, id)
    const said = messages.map(({ role, content, metadata: { stopped, error } }) => {
      const end = error?.message ?? (stopped ? "It was stopped." : undefined)
      return [`${role}:`, content, ...(end ? [`(${end})`] : [])].join("\n")
    })
    return [title, ...said].join("\n\n")
  },
  verbs: {
    stop: (client, id) => client.stopAnswer(id),
    delete: (client, id) => client.deleteSession(id),
  },
}

export const workflows: Noun<Workflow> = {
  name: "workflows",
  description: "workflows, newest first",
  list: (client, limit) => client.listWorkflows({ limit }),
  columns: ["ID", "STATUS", "STEPS", "NAME"],
  row: ({ id, status, nodes, name }) => [id, status, `${nodes.length}`, name],
  find: (client, id) => client.getWorkflow(id),
  async text(_client, { name, description, graph_definition }) {
    return [name, description, JSON.stringify(graph_definition, null, 2)].join("\n\n")
  },
  verbs: { delete: (client, id) => client.deleteWorkflow(id) },
}

export const docs: Noun<Document> = {
  name: "docs",
  description: "documents, newest first",
  list: (client, limit) => client.listDocuments({ limit }),
  columns: ["ID", "STATUS", "TYPE", "BYTES", "PASSAGES", "NAME"],
  row: (it) => [it.id, it.status, it.type, `${it.file_size}`, `${it.chunk_count}`, it.name],
  find: (client, id) => client.getDocument(id),
  text: async (client, { id }) => (await client.getDocument(id)).content,
  verbs: {
    retry: async (client, id) =>
      (await client.settleDocuments([await client.retryDocument(id)]))[0],
    delete: (client, id) => client.deleteDocument(id),
  },
}

export const folders: Noun<Folder> = {
  name: "folders",
  description: "synced folders, newest first",
  list: (client, limit) => client.listFolders({ limit }),
  columns: ["ID", "STATUS", "WATCHED BY", "INDEXED", "SKIPPED", "PATH"],
  row: ({ id, status, watching, files, path }) => [
    ...[id, status, watching, `${files.indexed}`, `${files.skipped}`, path],
  ],
  find: (client, id) => client.getFolder(id),
  async text(client, folder) {
    const { skipped } = await client.getFolder(folder.id)
    const lines = skipped.map(({ path, reason }) => `${path}: ${reason}`)
    const secrets = `Files that look like secrets are ${folder.include_secrets ? "included" : "skipped"}.`
    return [
      folderLine(folder).trimEnd(),
      secrets,
      ...(lines.length > 0 ? ["", ...lines] : []),
    ].join("\n")
  },
  verbs: {
    sync: async (client, id) => waitForSync(client, await client.syncFolder(id)),
    remove: (client, id) => client.removeFolder(id),
  },
}

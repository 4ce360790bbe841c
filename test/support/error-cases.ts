import { expect } from "bun:test"
import type { ErrorName } from "../../src/platform/errors"
import { testRepository } from "./repository"
import type { TestServer } from "./server"

/** Names whose nouns are still to come. One that src throws must leave this list for a case. */
export const toCome = ["EmbeddingGenerationError"] as const satisfies readonly ErrorName[]

/** Names that end the start, where no server answers yet. */
export const ofTheStart = ["ConfigurationError", "AlreadyRunningError"] as const

/** Names that a step fails with: who waits for its agent is answered them, and runs tell of them. */
export const ofSteps = [
  "LLMAPIError",
  "AgentTimeoutError",
  "AgentExecutionError",
  "BudgetExceededError",
] as const

/** What nobody can bring about by what is asked. */
export const unforeseen = "InternalServerError"

type Elsewhere = typeof unforeseen | (typeof toCome | typeof ofTheStart | typeof ofSteps)[number]

/** One way to meet an error, and what it is answered with. */
export type Case = {
  ask: (server: TestServer) => Promise<Response>
  status: number
  /** What its sentence speaks of. */
  details: Record<string, unknown>
  settings?: Record<string, string>
  headers?: Record<string, string>
}

const id = Bun.randomUUIDv7()
const text = expect.any(String)
const number = expect.any(Number)
const issues = expect.arrayContaining([{ path: expect.any(String), message: text }])

export const post =
  (path: string, body: unknown, headers = {}) =>
  (server: TestServer) =>
    server.fetch(path, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...headers },
    })
const get =
  (path: string, headers = {}) =>
  (server: TestServer) =>
    server.fetch(path, { headers })
const upload =
  (...files: File[]) =>
  (server: TestServer) => {
    const body = new FormData()
    for (const file of files) body.append("file", file)
    return server.fetch("/api/rag/documents/upload", { method: "POST", body })
  }
const withGit = { PATH: process.env.PATH ?? "" }
const branch = (name: string) => async (server: TestServer) => {
  await using repo = await testRepository()
  await post("/api/git/repositories", { path: repo.path })(server)
  const route = `/api/git/branches?repo=${repo.path}`
  await post(route, { name: "taken" })(server)
  return await post(route, { name })(server)
}
const file = (content: string, name = "a.txt") => new File([content], name)
export const mine = { name: "Mine", preset: "discovery_design_planning" }
const megabytes = (count: number) => "word ".repeat(count * 210_000)

export const answered: Record<Exclude<ErrorName, Elsewhere>, Case[]> = {
  ValidationError: [
    { ask: post("/api/workflows", { ...mine, typo: 1 }), status: 400, details: { issues } },
    { ask: post("/api/workflows", "{"), status: 400, details: { issues } },
    { ask: post("/api/workflows", { name: "\0" }), status: 400, details: { issues } },
    { ask: get("/api/runs?limit=201"), status: 400, details: { issues } },
    { ask: get("/ws"), status: 400, details: { issues } },
    { ask: upload(), status: 400, details: { issues } },
    {
      ask: upload(file("One."), file("Two.")),
      status: 400,
      details: { name: "a.txt", issues },
    },
  ],
  InvalidFileTypeError: [
    { ask: upload(file("%PDF-1.7", "a.md")), status: 400, details: { name: "a.md" } },
  ],
  WorkflowStateError: [
    {
      async ask(server) {
        const { id } = await server.client.createWorkflow(mine)
        return post(`/api/workflows/${id}/pause`, {})(server)
      },
      status: 400,
      details: { workflow_id: text, verb: "pause" },
    },
  ],
  UnauthorizedError: [
    {
      settings: { AMELIA_TOKEN: "a-long-random-text" },
      ask: get("/api/runs"),
      status: 401,
      details: {},
      headers: { "www-authenticate": "Bearer" },
    },
  ],
  ForbiddenOriginError: [
    {
      ask: post("/api/workflows", mine, { Origin: "http://evil.example" }),
      status: 403,
      details: { origin: "http://evil.example" },
    },
  ],
  ForbiddenActorError: [
    {
      settings: { REQUIRE_PRESENCE: "true" },
      ask: post("/api/agents", { name: "Mine", type: "discovery" }),
      status: 403,
      details: { presence: "required", via: "program" },
    },
  ],
  ForbiddenHostError: [
    {
      ask: get("/api/runs", { Host: "evil.example" }),
      status: 403,
      details: { host: "evil.example" },
    },
  ],
  NotFoundError: [
    { ask: get("/api/nothing"), status: 404, details: { path: "/api/nothing", method: "GET" } },
  ],
  DocumentNotFoundError: [
    { ask: get(`/api/rag/documents/${id}`), status: 404, details: { id } },
    { ask: get("/api/rag/documents/x"), status: 404, details: { id: "x" } },
    {
      ask: post("/api/rag/query", { query: "a", document_ids: [id] }),
      status: 404,
      details: { document_ids: [id] },
    },
  ],
  AgentNotFoundError: [{ ask: get(`/api/agents/${id}/logs`), status: 404, details: { id } }],
  WorkflowNotFoundError: [{ ask: get(`/api/workflows/${id}`), status: 404, details: { id } }],
  RepositoryNotFoundError: [
    { ask: get("/api/git/trust?repo=/"), status: 404, details: { repo: "/" } },
  ],
  InvalidGitRefError: [
    { settings: withGit, ask: branch("a..b"), status: 400, details: { ref: "a..b" } },
  ],
  GitConflictError: [
    { settings: withGit, ask: branch("taken"), status: 409, details: { branch: "taken" } },
  ],
  SessionNotFoundError: [{ ask: get(`/api/chat/sessions/${id}`), status: 404, details: { id } }],
  RunNotFoundError: [{ ask: get(`/api/runs/${id}/steps`), status: 404, details: { id } }],
  ConcurrentModificationError: [
    {
      async ask(server) {
        const { id } = await server.client.createWorkflow(mine)
        await server.client.updateWorkflow(id, { name: "Theirs", version: 1 })
        const body = JSON.stringify({ name: "Mine", version: 1 })
        const headers = { "Content-Type": "application/json" }
        return server.fetch(`/api/workflows/${id}`, { method: "PATCH", body, headers })
      },
      status: 409,
      details: { id: text, version: 1, current_version: 2, help: text },
    },
  ],
  ForbiddenUrlError: [
    {
      ask: post("/api/rag/documents/scrape", { url: "http://127.1/" }),
      status: 403,
      details: { host: "127.0.0.1", address: "127.0.0.1", help: text },
    },
    {
      ask: post("/api/rag/documents/scrape", { url: "http://a:b@example.com/" }),
      status: 403,
      details: { host: "example.com" },
    },
  ],
  FileTooLargeError: [
    {
      settings: { MAX_UPLOAD_MB: "1" },
      ask: upload(file(megabytes(2))),
      status: 413,
      details: { name: "a.txt", size_bytes: number, max_bytes: 1024 ** 2 },
    },
    {
      settings: { MAX_UPLOAD_MB: "1" },
      ask: upload(file(megabytes(5))),
      status: 413,
      details: { max_bytes: 4 * 1024 ** 2 },
    },
    {
      ask: post("/api/workflows", { name: megabytes(1) }),
      status: 413,
      details: { max_bytes: 1_000_000 },
    },
  ],
  UnsupportedMediaTypeError: [
    {
      ask: post("/api/workflows", mine, { "Content-Type": "text/plain" }),
      status: 415,
      details: { content_type: "text/plain", types: ["application/json"] },
    },
  ],
  DocumentProcessingError: [{ ask: upload(file(" \n")), status: 422, details: { name: "a.txt" } }],
  RateLimitError: [
    {
      settings: { RATE_LIMIT_UPLOADS: "1/minute" },
      async ask(server) {
        await upload(file("One."))(server)
        return upload(file("Two."))(server)
      },
      status: 429,
      details: { limit: "1/minute", retry_after: 60, provider: null, help: text },
      headers: { "retry-after": "60" },
    },
  ],
  ServiceUnavailableError: [
    {
      ask: post("/api/rag/query", { query: "a", mode: "vector" }),
      status: 503,
      details: { mode: "vector" },
      headers: { "retry-after": "1" },
    },
  ],
  StorageQuotaExceededError: [
    {
      settings: { STORAGE_QUOTA_MB: "1" },
      ask: upload(file(megabytes(2))),
      status: 507,
      details: { stored_bytes: 0, upload_bytes: number, quota_bytes: 1024 ** 2, help: text },
    },
  ],
}

import { type Context, Hono } from "hono"
import { version } from "../package.json"
import { ErrorPage } from "../views/error"
import type { Deps } from "./deps"
import { agentsApi } from "./features/agents/api"
import { agentPages } from "./features/agents/pages"
import { auditApi } from "./features/audit/api"
import { chatApi } from "./features/chat/api"
import { chatPages } from "./features/chat/pages"
import { docPages } from "./features/docs/pages"
import { documentsApi } from "./features/documents/api"
import { evalApi } from "./features/eval/api"
import { evalPages } from "./features/eval/pages"
import { foldersApi } from "./features/folders/api"
import { folderPages } from "./features/folders/pages"
import { gitApi } from "./features/git/api"
import { gitPages } from "./features/git/pages"
import { documentPages } from "./features/library/pages"
import { pickerPages } from "./features/library/picker-pages"
import { isSignedIn } from "./features/login/cookie"
import { loginPages } from "./features/login/pages"
import { openAiApi } from "./features/openai/api"
import { promptsApi } from "./features/prompts/api"
import { promptPages } from "./features/prompts/pages"
import { agentRunPages } from "./features/runs/agent-pages"
import { agentRunsApi } from "./features/runs/agents-api"
import { runsApi } from "./features/runs/api"
import { forkPages } from "./features/runs/fork-pages"
import { runListPages } from "./features/runs/list-pages"
import { runPages } from "./features/runs/pages"
import { workflowRunPages } from "./features/runs/workflow-pages"
import { workflowRunsApi } from "./features/runs/workflows-api"
import { sampleApi } from "./features/sample/api"
import { samplePages } from "./features/sample/pages"
import { searchApi } from "./features/search/api"
import { searchPages } from "./features/search/pages"
import { settingsApi } from "./features/settings/api"
import type { TestProvider } from "./features/settings/deps"
import { modelsApi } from "./features/settings/models-api"
import { settingsPages } from "./features/settings/pages"
import { startPages } from "./features/settings/start-pages"
import { livenessApi, statusApi } from "./features/status/api"
import { homePages } from "./features/status/pages"
import { callsApi } from "./features/usage/api"
import { testProvider } from "./features/usage/provider-test"
import { workflowsApi } from "./features/workflows/api"
import { workflowPages } from "./features/workflows/pages"
import { presenceApi } from "./platform/actors/api"
import { refuseOtherUsers, refuseRuns } from "./platform/actors/guard"
import { provePages } from "./platform/actors/page-proofs"
import { AppError } from "./platform/errors"
import { eventsApi } from "./platform/events/api"
import type { WebSockets } from "./platform/events/websocket"
import { createBundler, withBundler } from "./platform/http/assets"
import { allowBodies, limitBodies } from "./platform/http/body-limit"
import { compressAnswers } from "./platform/http/compress"
import { errorHandler, notFound } from "./platform/http/error-handler"
import { canReadPages } from "./platform/http/form-again"
import { countUpTo, limitRate } from "./platform/http/rate-limit"
import { refuseUnlessReady } from "./platform/http/readiness"
import { requestLog, withRequestId } from "./platform/http/request-log"
import { pageHeaders, protect } from "./platform/http/security"
import { staticFiles } from "./platform/http/static"
import { requireToken } from "./platform/http/token"

/** Wrong tokens allowed per client address, counting `/login` and Bearer together. */
const WRONG_TOKENS = { count: 10, windowSeconds: 60 }

/** Maximum body sizes in bytes, where they differ from BODY_BYTES_MAX. */
function bodyLimits(config: Deps["config"]): Record<string, number> {
  const upload = uploadBytesMax(config)
  return {
    "/api/rag/documents/upload": upload,
    "/documents": upload,
    // A run with many steps and long texts.
    "/api/runs/replay": 50_000_000,
    // A long conversation with all its branches.
    "/api/chat/sessions/import": 50_000_000,
    // Ten thousand questions with their documents.
    "/api/rag/eval": 50_000_000,
    // Clients send a whole conversation each time, and many texts to embed.
    "/v1/chat/completions": 8_000_000,
    "/v1/embeddings": 8_000_000,
    // Anyone can send this form.
    "/login": 16_000,
  }
}

/** One request can carry many files. Each file is checked against MAX_UPLOAD_MB. */
function uploadBytesMax({ maxUploadMb }: Deps["config"]): number {
  return maxUploadMb * 4 * 1024 ** 2
}

/** Answers until the database is open: `/live` works, everything else is not available yet. */
export function startingApp({
  config,
  log,
  readiness,
}: Pick<Deps, "config" | "log" | "readiness">): Hono {
  const app = new Hono()
  app.onError(errorHandler(log, ErrorPage))
  app.use(withBundler(createBundler()), withRequestId, protect(config))
  app.route("/", livenessApi(readiness))
  app.all("*", () => {
    throw new AppError("ServiceUnavailableError", "Amelia is starting. Try again in a moment.")
  })
  return app
}

/** Creates the app with all its routes. */
export function createApp(deps: Deps, webSockets: WebSockets): Hono {
  const { config, log } = deps
  const app = new Hono()
  app.onError(errorHandler(log, ErrorPage))
  app.notFound(notFound(ErrorPage))

  const bundler = createBundler()
  app.use(
    withBundler(bundler),
    withRequestId,
    requestLog(log),
    pageHeaders,
    limitBodies(bodyLimits(config)),
  )
  app.use(protect(config), canReadPages(app.fetch))
  const countWrong = countUpTo(WRONG_TOKENS, {
    what: "wrong tokens",
    help: "The token is the AMELIA_TOKEN that the server was started with.",
  })
  const gate = {
    ...{ token: config.ameliaToken, countWrong },
    isSignedIn: (c: Context) => isSignedIn(c, deps),
  }
  app.use(refuseOtherUsers(deps), requireToken(gate))
  app.use(refuseUnlessReady(deps.readiness))
  app.use(refuseRuns(deps), provePages(deps))
  app.use(compressAnswers)
  app.get("/static/:name", staticFiles(bundler))

  limitWork(app, config)

  const test: TestProvider = (name, timeout_ms) => testProvider(deps, name, timeout_ms)
  app.route("/", loginPages(deps, countWrong))
  app.route("/ws", webSockets.api)
  addApis(app, deps, test)
  addPages(app, deps, test)
  return app
}

function addApis(app: Hono, deps: Deps, test: TestProvider): void {
  const status = statusApi(deps)
  app.route("/", status)
  app.route("/api/status", status)
  app.get("/api", (c) => c.json({ name: "Amelia API", version, status: "running" }))
  app.route("/api/events", eventsApi(deps))
  app.route("/api/rag", documentsApi(deps))
  app.route("/api/rag/folders", foldersApi(deps))
  app.route("/api/rag", searchApi(deps))
  app.route("/api/rag/eval", evalApi(deps))
  app.route("/api/agents", agentsApi(deps))
  app.route("/api/agents", agentRunsApi(deps))
  app.route("/api/chat", chatApi(deps))
  app.route("/api/prompts", promptsApi(deps))
  app.route("/api/workflows", workflowsApi(deps))
  app.route("/api/workflows", workflowRunsApi(deps))
  app.route("/api/runs", runsApi(deps))
  app.route("/api/sample", sampleApi(deps))
  app.route("/api/models", modelsApi(deps))
  app.route("/api/settings", settingsApi(deps, test))
  app.route("/api/calls", callsApi(deps))
  app.route("/api/audit", auditApi(deps))
  app.route("/api/presence", presenceApi(deps))
  app.route("/api/git", gitApi(deps))
  app.route("/v1", openAiApi(deps))
}

function addPages(app: Hono, deps: Deps, test: TestProvider): void {
  app.route("/", homePages(deps))
  app.route("/chat", chatPages(deps))
  app.route("/prompts", promptPages(deps))
  app.route("/documents/eval", evalPages(deps))
  app.route("/documents/folders", folderPages(deps))
  app.route("/documents/pick", pickerPages(deps))
  app.route("/documents", documentPages(deps))
  app.route("/search", searchPages(deps))
  app.route("/workflows", workflowPages(deps))
  app.route("/workflows", workflowRunPages(deps))
  app.route("/agents", agentPages(deps))
  app.route("/agents", agentRunPages(deps))
  app.route("/runs", runListPages(deps))
  app.route("/runs", runPages(deps))
  app.route("/runs", forkPages(deps))
  app.route("/sample", samplePages(deps))
  app.route("/git", gitPages(deps))
  app.route("/settings/start", startPages(deps))
  app.route("/settings", settingsPages(deps, test))
  app.route("/docs", docPages())
}

/** Limits how often a client may request work that costs time or money. */
function limitWork(app: Hono, config: Deps["config"]): void {
  const limitUploads = limitRate(config.rateLimitUploads, {
    what: "upload requests",
    help: "One request may carry many files. RATE_LIMIT_UPLOADS sets the limit.",
  })
  app.post("/api/rag/documents/upload", limitUploads)
  app.post("/api/rag/documents/scrape", limitUploads)
  app.post("/api/rag/documents/:id/refetch", limitUploads)
  app.post("/documents", limitUploads)
  const ofChats = ["/api/chat/sessions/:id", "/chat/:id", "/chat"]
  for (const path of ofChats.map((chat) => `${chat}/attachments`)) {
    app.post(path, limitUploads, allowBodies(uploadBytesMax(config)))
  }
  app.post("/documents/scrape", limitUploads)
  app.post("/documents/:id/refetch", limitUploads)
  const limitMessages = limitRate(config.rateLimitMessages, {
    what: "messages",
    help: "RATE_LIMIT_MESSAGES sets the limit.",
  })
  for (const verb of ["stream", "message", "regenerate", "continue"]) {
    app.post(`/api/chat/sessions/:id/${verb}`, limitMessages)
  }
  const paths = ["/chat", "/chat/:id/again", "/chat/:id/continue", "/v1/chat/completions"]
  for (const path of paths) app.post(path, limitMessages)
}

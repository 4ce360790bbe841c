import { apiError } from "./errors"

export type Endpoint = {
  /** For example http://127.0.0.1:8000. A path in it is kept. */
  url: string
  token?: string | undefined
  /** Returns the server's new URL if it can't be reached at `url`, or undefined if there is none. */
  moved?: (signal?: AbortSignal) => Promise<string | undefined>
  /** Asks a person to type the code, for REQUIRE_PRESENCE. Returns false if nobody does. */
  confirm?: ((code: string) => Promise<boolean>) | undefined
}

export type Page = { limit?: number; before?: string | undefined }

const PROOF_HEADER = "X-Amelia-Presence"
type Challenge = { proof: string; code: string }

type Query = Record<string, string | number | undefined>

type RequestOptions = {
  method?: "GET" | "POST" | "PATCH" | "DELETE"
  query?: Query
  /** Sent as JSON, or as multipart if it is a form. */
  body?: unknown
  signal?: AbortSignal | undefined
  headers?: Record<string, string>
}

/** Sends one request. Throws an ApiError for an error status that is not in `allowed`. */
export async function send(
  endpoint: Endpoint,
  path: string,
  options: RequestOptions = {},
  allowed: number[] = [],
): Promise<Response> {
  const { method = "GET", query, body, signal } = options
  const headers = new Headers(options.headers)
  if (endpoint.token) headers.set("Authorization", `Bearer ${endpoint.token}`)
  if (!headers.has("Accept")) headers.set("Accept", "application/json")
  const isForm = body instanceof FormData
  if (body !== undefined && !isForm) headers.set("Content-Type", "application/json")
  const request = () =>
    fetch(address(endpoint.url, path, query), {
      method,
      headers,
      body: isForm ? body : JSON.stringify(body),
      signal,
    })
  const response = await request().catch(async (error) => {
    const mayRetry = isSafeToRetry(error, method) && !signal?.aborted
    const url = mayRetry ? await endpoint.moved?.(signal) : undefined
    if (!url) throw error
    endpoint.url = url
    return request()
  })
  if (response.ok || allowed.includes(response.status)) return response
  const error = await apiError(response)
  const isRefused = error.details.presence === "required" && !headers.has(PROOF_HEADER)
  const proof = isRefused ? await provePresence(endpoint) : undefined
  if (proof === undefined) throw error
  return send(endpoint, path, {
    ...options,
    headers: { ...options.headers, [PROOF_HEADER]: proof },
  })
}

/** Asks a person to confirm and returns the proof, or undefined if nobody does. */
async function provePresence(endpoint: Endpoint): Promise<string | undefined> {
  if (!endpoint.confirm) return undefined
  const challenge = await json<Challenge>(endpoint, "/api/presence", { method: "POST" })
  return (await endpoint.confirm(challenge.code)) ? challenge.proof : undefined
}

/** Returns the JSON of a response, unchecked: the server's schemas define its type. */
export async function json<T>(
  endpoint: Endpoint,
  path: string,
  options?: RequestOptions,
  allowed?: number[],
): Promise<T> {
  const response = await send(endpoint, path, options, allowed)
  return (await response.json()) as T
}

export function requestsTo(endpoint: Endpoint) {
  return {
    get: <T>(path: string, query?: Query) => json<T>(endpoint, path, { query }),
    post: <T>(path: string, body: unknown = {}) =>
      json<T>(endpoint, path, { method: "POST", body }),
    patch: <T>(path: string, body: unknown) => json<T>(endpoint, path, { method: "PATCH", body }),
    remove: (path: string) => json<{ status: "deleted" }>(endpoint, path, { method: "DELETE" }),
  }
}

/** Makes a path whose values are encoded, such as route`/api/runs/${id}`. */
export function route(parts: TemplateStringsArray, ...values: string[]): string {
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent))
}

/** True if the request never arrived or changes nothing, so it can be sent again. */
function isSafeToRetry(error: unknown, method: string): boolean {
  return method === "GET" || (error as { code?: unknown }).code === "ConnectionRefused"
}

function address(base: string, path: string, query: Query = {}): URL {
  const url = new URL(base.replace(/\/+$/, "") + path)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

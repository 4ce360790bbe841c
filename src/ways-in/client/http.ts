import { apiError } from "./errors"

export type Endpoint = {
  /** Such as http://127.0.0.1:8000; a path in it is kept. */
  url: string
  token?: string
  /** Where the server is now that it can't be reached at `url`; undefined if nowhere. */
  moved?: (signal?: AbortSignal) => Promise<string | undefined>
  /** Has a person type the code, where REQUIRE_PRESENCE asks for that; false if nobody does. */
  confirm?: (code: string) => Promise<boolean>
}

export type Page = { limit?: number; before?: string }

const PROOF_HEADER = "X-Amelia-Presence"
type Challenge = { proof: string; code: string }

type Query = Record<string, string | number | undefined>

export type RequestOptions = {
  method?: "GET" | "POST" | "PATCH" | "DELETE"
  query?: Query
  /** Sent as JSON, or as multipart if it is a form. */
  body?: unknown
  signal?: AbortSignal
  headers?: Record<string, string>
}

/** Sends one request. Throws an ApiError for an answer that is not ok unless `statuses` allow it. */
export async function send(
  endpoint: Endpoint,
  path: string,
  options: RequestOptions = {},
  alsoFine: number[] = [],
): Promise<Response> {
  const { method = "GET", query, body, signal } = options
  const headers = new Headers(options.headers)
  if (endpoint.token) headers.set("Authorization", `Bearer ${endpoint.token}`)
  if (!headers.has("Accept")) headers.set("Accept", "application/json")
  const isForm = body instanceof FormData
  if (body !== undefined && !isForm) headers.set("Content-Type", "application/json")
  const ask = () =>
    fetch(address(endpoint.url, path, query), {
      method,
      headers,
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
  const response = await ask().catch(async (error) => {
    const mayAsk = wasNotDone(error, method) && !signal?.aborted
    const url = mayAsk ? await endpoint.moved?.(signal) : undefined
    if (!url) throw error
    endpoint.url = url
    return ask()
  })
  if (response.ok || alsoFine.includes(response.status)) return response
  const error = await apiError(response)
  const isRefused = error.details.presence === "required" && !headers.has(PROOF_HEADER)
  const proof = isRefused ? await proveOn(endpoint) : undefined
  if (proof === undefined) throw error
  return send(endpoint, path, {
    ...options,
    headers: { ...options.headers, [PROOF_HEADER]: proof },
  })
}

/** The proof that a person is there, once that person has confirmed it. */
async function proveOn(endpoint: Endpoint): Promise<string | undefined> {
  if (!endpoint.confirm) return undefined
  const challenge = await json<Challenge>(endpoint, "/api/presence", { method: "POST" })
  return (await endpoint.confirm(challenge.code)) ? challenge.proof : undefined
}

/** The JSON of an answer, trusted to have the shape that wire.md gives it. */
export async function json<T>(
  endpoint: Endpoint,
  path: string,
  options?: RequestOptions,
  alsoFine?: number[],
): Promise<T> {
  const response = await send(endpoint, path, options, alsoFine)
  return (await response.json()) as T
}

/** Whether a failed request may be sent again: it never arrived, or it changes nothing. */
function wasNotDone(error: unknown, method: string): boolean {
  return method === "GET" || (error as { code?: unknown }).code === "ConnectionRefused"
}

function address(base: string, path: string, query: Query = {}): URL {
  const url = new URL(base.replace(/\/+$/, "") + path)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

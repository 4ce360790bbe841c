import { z } from "zod"

const errorBody = z.object({
  error: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).default({}),
  request_id: z.string().nullish(),
})

/** An error response of the server: its status, error name, message and details. */
export class ApiError extends Error {
  override readonly name: string
  readonly status: number
  readonly details: Record<string, unknown>
  /** Find it in the server's log for more details. */
  readonly request_id: string | null

  constructor(
    status: number,
    body: { error: string; message: string; details?: Record<string, unknown> },
    request_id: string | null,
  ) {
    super(body.message)
    this.name = body.error
    this.status = status
    this.details = body.details ?? {}
    this.request_id = request_id
  }
}

/** Returns the error of a failed response, even if a proxy and not the server sent it. */
export async function apiError(response: Response): Promise<ApiError> {
  const id = response.headers.get("X-Request-ID")
  const body = errorBody.safeParse(await response.json().catch(() => undefined))
  if (body.success) return new ApiError(response.status, body.data, body.data.request_id ?? id)
  const message = `The server answered ${response.status} ${response.statusText}`.trim()
  return new ApiError(response.status, { error: "UnexpectedAnswerError", message }, id)
}

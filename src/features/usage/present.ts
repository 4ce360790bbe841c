import type { CallRow } from "../../platform/db/schema/calls"
import { type Call, type Exchange, reportedErrors } from "./schema"

export function presentCall(row: CallRow): Call {
  return {
    ...sharedOf(row),
    id: row.id,
    run_id: row.runId,
    node: row.node,
    first_token_ms: row.firstTokenMs,
    request_id: row.requestId,
  }
}

export function presentExchange(row: CallRow): Exchange {
  return {
    ...sharedOf(row),
    node: row.node ?? "",
    iteration: row.iteration,
    nth: row.nth,
    request_hash: row.requestHash,
    error_name: reportedErrors.find((it) => it === row.errorName) ?? null,
  }
}

function sharedOf(row: CallRow) {
  return {
    map_index: row.mapIndex,
    attempt: row.attempt,
    kind: row.kind,
    provider: row.provider,
    model: row.model,
    request: row.request,
    response: row.response,
    error: row.error,
    input_tokens: row.inputTokens,
    output_tokens: row.outputTokens,
    cached_tokens: row.cachedTokens,
    cost_usd: row.costUsd,
    duration_ms: row.durationMs,
    retries: row.retries,
    created_at: row.createdAt.toISOString(),
  }
}

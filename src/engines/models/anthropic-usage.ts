import type { TokenUsage } from "./model"

/** The usage that the Messages API reports, as the Claude Code CLI does too. */
type Reported = {
  input_tokens: number
  output_tokens: number
  cache_read_input_tokens: number | null
  cache_creation_input_tokens: number | null
}

/** Adds up the input. The API's `input_tokens` leaves out cached and newly cached tokens. */
export function usageOf(reported: Reported): TokenUsage {
  const cached = reported.cache_read_input_tokens ?? 0
  const cache_written = reported.cache_creation_input_tokens ?? 0
  const input = reported.input_tokens + cached + cache_written
  return { input, output: reported.output_tokens, cached, cache_written }
}

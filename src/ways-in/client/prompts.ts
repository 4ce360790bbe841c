import type { Prompt, PromptChange, PromptInput } from "../../features/prompts/schema"
import { type Endpoint, requestsTo, route } from "./http"

export function promptsClient(endpoint: Endpoint) {
  const { get, post, patch, remove } = requestsTo(endpoint)
  return {
    /** By name. */
    listPrompts: (query?: string) => get<Prompt[]>("/api/prompts", { query }),
    createPrompt: (input: PromptInput) => post<Prompt>("/api/prompts", input),
    getPrompt: (id: string) => get<Prompt>(route`/api/prompts/${id}`),
    updatePrompt: (id: string, change: PromptChange) =>
      patch<Prompt>(route`/api/prompts/${id}`, change),
    deletePrompt: (id: string) => remove(route`/api/prompts/${id}`),
  }
}

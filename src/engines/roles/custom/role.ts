import { z } from "zod"
import { listSources } from "../markdown"
import { freeRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { extractAnswer } from "../rules/answer"

const written = z.string().trim().min(1, "The answer is empty.")
const task = "Do what the request asks, from the sources and the earlier results."

/** What an own agent is and does is in its system prompt; its answer is Markdown as it comes. */
export function custom(systemPrompt: string): Role<string> {
  return {
    type: "custom",
    title: "Answer",
    schema: written,
    free: true,
    system: [systemPrompt, freeRules].filter(Boolean).join("\n\n"),
    prompt: (material) => promptFor(material, task),
    extract: extractAnswer,
    render: (output, citations) => `${titled(output)}\n\n${listSources(citations)}`,
  }
}

/** Under a title of its own or this one, so that no heading hangs in the air. */
function titled(markdown: string): string {
  return markdown.startsWith("# ") ? markdown : `# Answer\n\n${markdown}`
}

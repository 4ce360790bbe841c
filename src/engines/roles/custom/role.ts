import { z } from "zod"
import { listSources } from "../markdown"
import { freeRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { extractAnswer } from "../rules/answer"

const written = z.string().trim().min(1, "The answer is empty.")
const task = "Do what the request asks, based on the sources and the earlier results."

/** Creates the role of a custom agent from its system prompt. Its output is free Markdown. */
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

/** Adds a title unless there is one, so that every heading is under a title. */
function titled(markdown: string): string {
  return markdown.startsWith("# ") ? markdown : `# Answer\n\n${markdown}`
}

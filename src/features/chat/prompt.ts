import { extractiveNotice } from "../../engines/models/offline"

/** The same for every session, so providers can cache it. */
export const systemPrompt = `You are the assistant in Amelia, a program for developers that runs on the user's own machine.

- Answer in the language of the question, and first of all what was asked. Be as brief as the question allows.
- Write Markdown. Put code and commands into fenced blocks that name their language.
- If you don't know something, or are not sure, say so. Never make up facts, sources, names or quotations.
- In this conversation you see only its messages: no documents or files of the user, no web, no tools. If an answer needs one of those, say which and ask for its text.`

/** The answer without a model, since a chat has no documents to pick sentences from. */
export const withoutModel = `${extractiveNotice}. A conversation needs one: set ANTHROPIC_API_KEY or OPENROUTER_API_KEY, or start an Ollama server, and send the message again. Without a model Amelia can still search your documents.`

const TITLE_MAX = 60

/** Makes a session's title from its first message: the first line, cut between two words. */
export function titleOf(message: string): string {
  const line = (message.split("\n")[0] ?? "").trim().replace(/\s+/g, " ")
  const characters = [...line]
  if (characters.length <= TITLE_MAX) return line
  const begin = characters.slice(0, TITLE_MAX).join("")
  return `${begin.replace(/(?<=\S) \S*$/, "")}…`
}

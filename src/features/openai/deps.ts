import type { ChatDeps } from "../chat/deps"
import type { Completions } from "./completions"

export type OpenAiDeps = ChatDeps & { completions: Completions }

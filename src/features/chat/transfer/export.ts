import { version as amelia_version } from "../../../../package.json"
import type { DbDeps } from "../../../platform/deps"
import { BRANCH_MAX } from "../branch-store"
import type { ChatDeps } from "../deps"
import { readImages } from "../image-store"
import { requireSession } from "../require"
import { type ChatMessage, NEW_TITLE } from "../schema"
import { listMessages, listShown } from "../service"
import { asMarkdown } from "./markdown"
import { type ChatFile, FILE_VERSION, type FileImage, type FileMessage } from "./schema"

const AT_ONCE = 500

/** Returns a session with all its branches, as a file that can be imported. */
export async function exportSession(deps: ChatDeps, id: string): Promise<ChatFile> {
  const { session } = await requireSession(deps, id)
  const messages: ChatMessage[] = []
  for (let left = true; left; ) {
    const after = messages.at(-1)?.id
    const page = await listMessages(deps, id, { limit: AT_ONCE, ...(after && { after }) })
    messages.push(...page)
    left = page.length === AT_ONCE
  }
  return {
    ...{ format: "amelia-chat", version: FILE_VERSION, amelia_version },
    exported_at: new Date().toISOString(),
    session: {
      ...(session.title === null ? {} : { title: session.title }),
      ...{
        model: session.model,
        beside_model: session.besideModel,
        temperature: session.temperature,
      },
      ...{ system_prompt: session.systemPrompt, pinned: session.pinned },
      created_at: session.createdAt.toISOString(),
    },
    shown_id: session.leafId,
    messages: messages.map(toFile),
    images: await imagesOf(deps, messages),
  }
}

async function imagesOf({ db }: DbDeps, messages: ChatMessage[]): Promise<FileImage[]> {
  const shown = messages.flatMap(({ metadata }) => metadata.images ?? [])
  const names = new Map(shown.map(({ id, name }) => [id, name]))
  const bytes = await readImages(db, [...names.keys()])
  return [...bytes].map(([id, content]) => ({
    ...{ id, name: names.get(id) ?? "image", data: Buffer.from(content).toBase64() },
  }))
}

/** An answer in progress is exported as far as it is, like one that was stopped. */
function toFile({ session_id: _, metadata, ...message }: ChatMessage): FileMessage {
  const { generating, ...kept } = metadata
  return { ...message, metadata: generating ? { ...kept, stopped: true } : kept }
}

/** Returns the branch that is shown as Markdown. */
export async function exportMarkdown(deps: ChatDeps, id: string): Promise<string> {
  const { session } = await requireSession(deps, id)
  return asMarkdown(session.title ?? NEW_TITLE, await listShown(deps, id, BRANCH_MAX))
}

import type { ChatMessage } from "../../features/chat/schema"
import { messageOf } from "../../platform/errors"
import { ApiError, type Client } from "../client/client"
import { print } from "./answer"
import { type Asked, type Scope, sourceList, streamAnswer } from "./chat-answer"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import type { Conversation } from "./conversation"
import { readSources, uploadAndIndex } from "./documents"
import { UsageError } from "./failure"
import { type Add, collect, verbose, withCommonOptions } from "./options"
import { filledPrompt } from "./prompts"
import { line } from "./run/next"
import { type CommonOptions, loadConfig } from "./settings"

type ChatOptions = CommonOptions & {
  session?: string
  model?: string
  prompt?: string
  var?: string[]
  doc?: string[]
  docs?: boolean
  force?: boolean
}

const greeting = "Ctrl-C stops an answer, and leaves when there is none."

/** Messages of a continued session that are shown again. */
const SHOWN = 6

/** Talks with the person at the terminal, or answers one question: words, what is piped in, or both. */
async function chat(context: Context, words: string[], options: ChatOptions): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  const { terminal } = context
  const piped = (await terminal.input?.())?.trim()
  const said = [words.join(" ").trim(), piped].filter(Boolean).join("\n\n")
  if (!said && !options.prompt && !terminal.converse) {
    throw new UsageError('Chat needs a terminal, or a question: amelia chat "Why?"')
  }
  const sources = await readSources(context, options.doc ?? [], options)
  return withConnection(context, { config, options }, async ({ client }) => {
    const prompt = options.prompt && (await filledPrompt(client, options.prompt, options.var ?? []))
    const question = [prompt, said].filter(Boolean).join("\n\n")
    const document_ids = await uploadAndIndex(context, client, sources)
    const scope = await scopeFor(client, document_ids, options)
    if (question) return answerOne(context, client, { question, scope }, options)
    if (options.json) throw new UsageError("--json needs a question.")
    const conversation = terminal.converse?.()
    if (conversation) await talk(context, client, { conversation, scope }, options)
    return exitCodes.done
  })
}

/** Reads the given documents, else all that there are, unless --no-docs is given. */
async function scopeFor(
  client: Client,
  document_ids: string[],
  { docs }: ChatOptions,
): Promise<Scope> {
  if (document_ids.length > 0) return { use_rag: true, document_ids }
  return { use_rag: docs !== false && (await client.listDocuments({ limit: 1 })).length > 0 }
}

async function answerOne(
  context: Context,
  client: Client,
  asked: { question: string; scope: Scope },
  options: ChatOptions,
): Promise<ExitCode> {
  const id = await sessionFor(client, options)
  const write = options.json ? async () => {} : context.terminal.out
  const answer = await streamAnswer(context, client, { id, ...asked, write })
  const text = `\n${sourceList(answer.citations)}`
  await print(context, options, { session_id: id, ...answer }, text)
  context.terminal.err(`To continue: ${line(`chat --session ${id}`, options)}\n`)
  return exitCodes.done
}

async function talk(
  context: Context,
  client: Client,
  { conversation, scope }: { conversation: Conversation; scope: Scope },
  options: ChatOptions,
): Promise<void> {
  const { terminal, interrupted } = context
  // The process's own signals, such as SIGTERM, end the conversation too.
  interrupted.addEventListener("abort", conversation.close, { once: true })
  let id: string | undefined
  try {
    if (options.session) {
      id = await sessionFor(client, options)
      await showBefore(context, client, id)
    }
    const reads = scope.use_rag
      ? "Answers come from your documents; --no-docs leaves them out."
      : "Answers come from the model alone, without your documents."
    terminal.err(`${greeting} ${reads}\n`)
    for (;;) {
      const question = await conversation.ask("\n> ")
      if (question === undefined) break
      if (question.trim() === "") continue
      id ??= await sessionFor(client, options)
      const leaves = await answerOrSay(context, client, conversation, { id, question, scope })
      if (leaves) break
    }
  } finally {
    interrupted.removeEventListener("abort", conversation.close)
    conversation.close()
  }
  terminal.err(id ? `\nTo continue: ${line(`chat --session ${id}`, options)}\n` : "\n")
}

/** Writes the answer as it comes, or why there is none. Returns true for a second Ctrl-C. */
async function answerOrSay(
  context: Context,
  client: Client,
  conversation: Conversation,
  asked: Omit<Asked, "write">,
): Promise<boolean> {
  const { terminal } = context
  const leaving = new AbortController()
  let stops = 0
  conversation.onInterrupt(() => {
    if (++stops > 1) leaving.abort()
    // It may have ended just now.
    else void client.stopAnswer(asked.id).catch(() => undefined)
  })
  try {
    const write = terminal.out
    const answer = await streamAnswer(context, client, { ...asked, write }, leaving.signal)
    await terminal.out(`${answer.stopped ? "\n(stopped)" : ""}\n${sourceList(answer.citations)}`)
  } catch (error) {
    if (leaving.signal.aborted) return true
    if (!(error instanceof ApiError)) throw error
    terminal.err(`\n${messageOf(error)}\n`)
  } finally {
    conversation.onInterrupt(() => {})
  }
  return false
}

/** Returns the session to talk in, with the model that was asked for. */
async function sessionFor(client: Client, { session, model }: ChatOptions): Promise<string> {
  if (!session) return (await client.createSession({ model })).id
  if (model) await client.updateSession(session, { model })
  return session
}

async function showBefore({ terminal }: Context, client: Client, id: string): Promise<void> {
  const { title } = await client.getSession(id)
  const messages = await allMessages(client, id)
  const earlier = messages.length - SHOWN
  const note = earlier > 0 ? `\n(${earlier} earlier messages: amelia sessions show ${id})\n` : ""
  const said = messages.slice(-SHOWN).map(({ role, content }) => {
    return role === "user" ? `\n> ${content}\n` : `${content.trimEnd()}\n`
  })
  await terminal.out(`${title}\n${note}${said.join("")}\n`)
}

const PAGE = 200

/** Returns a session's messages, oldest first. */
export async function allMessages(client: Client, id: string): Promise<ChatMessage[]> {
  const messages: ChatMessage[] = []
  let page: ChatMessage[]
  do {
    page = await client.listMessages(id, { limit: PAGE, after: messages.at(-1)?.id })
    messages.push(...page)
  } while (page.length === PAGE)
  return messages
}

export const addChat: Add = (program, does) => {
  withCommonOptions(program.command("chat"))
    .description("talk with a model about your documents, or ask one question")
    .argument("[question...]", "answer this, and what is piped in, and end")
    .option("--session <id>", "continue this session (amelia sessions lists them)")
    .option("--model <model>", "model to talk with: provider/model or auto")
    .option("--prompt <name>", "ask this prompt (amelia prompts lists them)")
    .option("--var <name=value>", "value of a prompt's variable; repeatable", collect)
    .option("--doc <file|url>", "answer from this document only; repeatable", collect)
    .option("--no-docs", "answer without the documents")
    .option("--force", "use documents that look like secrets without asking")
    .option(...verbose)
    .addHelpText("after", examples)
    .action(does(chat))
}

const examples = `
Examples:
  amelia chat
  amelia chat "When does a session end?" --doc notes.md
  amelia chat --session 01a22f8d-483d-7596-a585-b7ae320525e6
  git diff | amelia chat "What could break?" --no-docs --model ollama`

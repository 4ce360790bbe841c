import type { ChatMessage } from "../../features/chat/schema"
import { messageOf } from "../../platform/errors"
import { ApiError, type Client } from "../client/client"
import { print } from "./answer"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import type { Conversation } from "./conversation"
import { UsageError } from "./failure"
import { type Add, verbose, withCommonOptions } from "./options"
import { line } from "./run/next"
import { type CommonOptions, loadConfig } from "./settings"

type ChatOptions = CommonOptions & { session?: string; model?: string }

const greeting = `Ctrl-C stops an answer, and leaves when there is none. A chat sees none of your documents: ask about
them with amelia ask.
`

/** Messages of a continued session that are shown again. */
const SHOWN = 6

/** Talks with the person at the terminal, or answers the one question that was piped in. */
async function chat(context: Context, options: ChatOptions): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  const { terminal } = context
  const question = (await terminal.input?.())?.trim()
  if (!question && !terminal.converse) {
    throw new UsageError(
      'Chat needs a terminal, or one question on stdin: echo "Why?" | amelia chat',
    )
  }
  return withConnection(context, { config, options }, async ({ client }) => {
    if (question) return answerOne(context, client, question, options)
    if (options.json) throw new UsageError("--json needs a question on stdin.")
    const conversation = terminal.converse?.()
    if (conversation) await talk(context, client, conversation, options)
    return exitCodes.done
  })
}

async function answerOne(
  context: Context,
  client: Client,
  question: string,
  options: ChatOptions,
): Promise<ExitCode> {
  const id = await sessionFor(client, options)
  const write = options.json ? async () => {} : context.terminal.out
  const answer = await streamAnswer(context, client, { id, question, write })
  await print(context, options, { session_id: id, ...answer }, "\n")
  context.terminal.err(`To continue: ${line(`chat --session ${id}`, options)}\n`)
  return exitCodes.done
}

async function talk(
  context: Context,
  client: Client,
  conversation: Conversation,
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
    terminal.err(greeting)
    for (;;) {
      const question = await conversation.ask("\n> ")
      if (question === undefined) break
      if (question.trim() === "") continue
      id ??= await sessionFor(client, options)
      const leaves = await answerOrSay(context, client, conversation, { id, question })
      if (leaves) break
    }
  } finally {
    interrupted.removeEventListener("abort", conversation.close)
    conversation.close()
  }
  terminal.err(id ? `\nTo continue: ${line(`chat --session ${id}`, options)}\n` : "\n")
}

type Asked = { id: string; question: string }

/** Writes the answer as it comes, or why there is none. Returns true for a second Ctrl-C. */
async function answerOrSay(
  context: Context,
  client: Client,
  conversation: Conversation,
  asked: Asked,
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
    const { stopped } = await streamAnswer(context, client, { ...asked, write }, leaving.signal)
    await terminal.out(stopped ? "\n(stopped)\n" : "\n")
  } catch (error) {
    if (leaving.signal.aborted) return true
    if (!(error instanceof ApiError)) throw error
    terminal.err(`\n${messageOf(error)}\n`)
  } finally {
    conversation.onInterrupt(() => {})
  }
  return false
}

async function streamAnswer(
  { terminal }: Context,
  client: Client,
  { id, question: message, write }: Asked & { write: (text: string) => Promise<void> },
  signal?: AbortSignal,
): Promise<{ content: string; model: string | null; stopped: boolean }> {
  const answer = { content: "", model: null as string | null, stopped: false }
  for await (const { event, data } of client.chat(id, { message }, signal)) {
    if (event === "delta") {
      answer.content += data.text
      await write(data.text)
    } else if (event === "usage") {
      answer.model = data.model
      const { trimmed_messages: left } = data
      if (left > 0)
        terminal.err(`\n(The oldest ${left} messages were left out: too long for the model.)`)
    } else if (event === "done") answer.stopped = data.stopped
  }
  return answer
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
    .description("talk with a model in the terminal, or pipe in one question")
    .option("--session <id>", "continue this session (amelia sessions lists them)")
    .option("--model <model>", "model to talk with: provider/model or auto")
    .option(...verbose)
    .addHelpText("after", examples)
    .action(does(chat))
}

const examples = `
Examples:
  amelia chat
  amelia chat --session 01a22f8d-483d-7596-a585-b7ae320525e6
  git diff | amelia chat --model ollama`

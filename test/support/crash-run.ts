import { expect } from "bun:test"
import { setTimeout as delay } from "node:timers/promises"
import type { Step } from "../../src/features/runs/schema"
import type { Client } from "../../src/ways-in/client/client"
import { anthropicPeer, type MessagesRequest, sampleAnswer } from "./anthropic-peer"
import { momentOf, oneOf, type Random } from "./crashes"
import { launchProcess, processesOf, type ServerProcess } from "./process"
import { historyOf, steered } from "./runs"

/** About as long as an undisturbed run takes with this peer, so that kills fall all over it. */
const RUN_MS = 900
const ANSWER_MS = 150
/** About as long as a server takes to start and take over. */
const START_MS = 600
/** Take-overs without progress after which a run is no longer taken over. */
const TAKE_OVERS_MAX = 3

/** What a model was asked, when, and in which life of the server. */
type Asked = { prompt: string; life: number; at: number }

/** A model that gives the same answer to the same prompt and to no other, and knows what it was asked. */
export async function rememberingPeer(held: () => Promise<void> = () => delay(ANSWER_MS)) {
  const asked: Asked[] = []
  const state = { life: 0, answering: () => {} }
  const promptOf = ({ messages }: MessagesRequest) => messages[0]?.content ?? ""
  const peer = await anthropicPeer({
    async before(request) {
      asked.push({ prompt: promptOf(request), life: state.life, at: Date.now() })
      await held()
    },
    answer(request) {
      state.answering()
      const mark = Bun.hash(promptOf(request)).toString(36)
      return sampleAnswer(request).replaceAll("from the model", `of ${mark}`)
    },
  })
  const env = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  return {
    asked,
    env,
    /** From now on it is a new process that asks. */
    begin: () => void state.life++,
    /** Fulfilled when the next answer leaves, before it can have been recorded. */
    answers: () => new Promise<void>((resolve) => Object.assign(state, { answering: resolve })),
    [Symbol.asyncDispose]: peer.stop,
  }
}
export type RememberingPeer = Awaited<ReturnType<typeof rememberingPeer>>

/** What a run has come to, without what differs from run to run: ids, times and who was quicker. */
export async function outcomeOf(
  { client, url }: Pick<ServerProcess, "client" | "url">,
  id: string,
) {
  const { status, errors, progress } = await client.getRun(id)
  const artifacts = await client.listArtifacts(id)
  const steps = await client.listSteps(id)
  const calls = await client.listCalls(id)
  const events = (await historyOf(url)).filter(({ data }) => "run_id" in data && data.run_id === id)
  expect(events.at(0)?.type).toBe("workflow.started")
  expect(events.at(-1)?.type).toBe("workflow.completed")
  return {
    ...{ status, errors, progress },
    artifacts: sorted(artifacts.map(({ id: _, created_at: __, ...artifact }) => artifact)),
    steps: sorted(steps.map(({ id: _, started_at: __, completed_at: ___, ...step }) => step)),
    calls: sorted(calls.map(({ node, kind, attempt, error }) => ({ node, kind, attempt, error }))),
    events: sorted(events.map(({ type, data }) => `${type} ${"node" in data ? data.node : ""}`)),
  }
}

function sorted<T>(list: T[]): T[] {
  return list.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

type CrashOptions = {
  home: string
  workflowId: string
  peer: RememberingPeer
  random: Random
  /** How many processes may still be killed. */
  budget: { left: number }
}

/**
 * Starts a run and kills its server, then the one that is started next, and so on until the run is
 * over. Three take-overs without a finished step would be taken for poison, so the fourth process
 * lives until there is one. Gives the last server, and the steps that were seen to be completed.
 */
export async function crashUntilOver(options: CrashOptions) {
  const { home, workflowId, peer, random, budget } = options
  const launch = () => {
    peer.begin()
    return launchProcess({ home, env: peer.env })
  }
  const done = new Map<string, Step>()
  const deaths: number[] = []
  let life = launch()
  const { client } = await life.serving
  const { id } = await client.startWorkflow(workflowId, { query: "What should be built?" })
  while (budget.left > 0) {
    budget.left--
    const died = new AbortController()
    const over = life.serving.then(async ({ client }) => {
      for (const step of await completedSteps(client, id)) {
        if (!done.has(step.id)) done.set(step.id, step)
      }
      await steered(client, id, died.signal)
      return "over"
    })
    // A process that is killed leaves it unanswered.
    over.catch(() => {})
    const progressAt = Math.max(0, ...[...done.values()].map(endOf))
    const inVain = deaths.filter((at) => at > progressAt).length
    const moment = inVain < TAKE_OVERS_MAX ? momentOfLife : momentAfterStep
    const alive = { life, id, peer, random, died: died.signal }
    const isOver = (await Promise.race([over, moment(alive)])) === "over"
    if (!isOver) await end(life, random)
    died.abort()
    if (isOver) {
      budget.left++
      break
    }
    deaths.push(Date.now())
    expect(await processesOf(home)).toEqual([])
    life = launch()
  }
  return { server: await life.serving, id, done: [...done.values()] }
}

type Life = {
  life: ReturnType<typeof launchProcess>
  id: string
  peer: RememberingPeer
  random: Random
  died: AbortSignal
}

/** While it starts and takes over, anywhere in its work, or around the commit of an answer. */
function momentOfLife({ life, peer, random }: Life): Promise<unknown> {
  return oneOf(random, [
    () => delay(random() * START_MS),
    () => life.serving.then(() => delay(momentOf(random, RUN_MS))),
    () => peer.answers().then(() => delay(random() * 30)),
  ])()
}

/** Not before a step is finished that was not. */
async function momentAfterStep({ life, id, random, died }: Life): Promise<void> {
  const { client } = await life.serving
  let known = (await completedSteps(client, id)).length
  for await (const { type } of client.events({ runId: id, lastEventId: 0, signal: died })) {
    if (type === "agent.completed" && known-- === 0) return delay(random() * 100)
  }
}

async function completedSteps(client: Client, id: string): Promise<Step[]> {
  return (await client.listSteps(id)).filter(({ status }) => status === "completed")
}

function endOf({ completed_at }: Step): number {
  return Date.parse(completed_at ?? "")
}

/** SIGKILL, at times in the midst of a graceful end. */
async function end({ stop, kill }: Life["life"], random: Random): Promise<void> {
  if (random() < 0.25) {
    void stop()
    await delay(random() * 200)
  }
  await kill()
}

/**
 * Each process asked for each answer once at most, and nobody after it was recorded: only what was
 * under way when a process died was asked for again.
 */
export async function expectNoAnswerAskedAgain(client: Client, id: string, peer: RememberingPeer) {
  const calls = (await client.listCalls(id)).filter(({ kind }) => kind === "model")
  const recorded = new Map(
    calls.map(({ request, created_at }) => [
      (request as MessagesRequest).messages[0]?.content,
      Date.parse(created_at),
    ]),
  )
  expect(recorded.size).toBe(calls.length)
  for (const { prompt, at } of peer.asked) expect(recorded.get(prompt)).toBeGreaterThan(at)
  const inLife = peer.asked.map(({ prompt, life }) => `${life} ${prompt}`)
  expect(new Set(inLife).size).toBe(inLife.length)
}

import { coalesce } from "../../platform/async/coalesce"
import { AppError } from "../../platform/errors"
import { type AnswerDeps, writeAnswer } from "./answer"
import { beginTurns } from "./begin"
import { type Asked, type Ending, Generation, type NewlyAsked, type Turn } from "./generation"
import { nameSession } from "./name-session"
import { resumeTurn } from "./resume"
import { markBroken, saveUnfinished } from "./unfinished"

/** How often unfinished answers are saved: a crash loses no more than this. */
const SAVED_MS = 2000

/** Starts, saves and ends the answers that this process writes. */
export type Generations = {
  /**
   * Throws SessionNotFoundError, AlreadyRunningError if it is answering another message, or
   * WorkflowStateError if the answer to continue is complete.
   */
  begin(asked: Asked): Promise<Generation>
  /** A session's answers in progress: one, and one that may be written beside it. */
  list(sessionId: string): Generation[]
  /** Marks the unfinished answers of dead processes as broken. */
  markBroken(): Promise<void>
  /** Waits up to `graceMs` for answers to end, then stops them. */
  stop(graceMs: number): Promise<void>
}

export function createGenerations(deps: AnswerDeps): Generations {
  const active = new Map<string, Generation>()
  const all = () => [...active.values()]
  const find = (sessionId: string, beside: boolean) => active.get(placeOf(sessionId, beside))
  const has = (sessionId: string, beside: boolean) => find(sessionId, beside) !== undefined
  const begin = coalesce((asked: NewlyAsked[]) => beginTurns(deps, asked, { has, run }))
  const list = (sessionId: string) =>
    [false, true].flatMap((beside) => find(sessionId, beside) ?? [])
  let saver: ReturnType<typeof setInterval> | undefined
  let draining = false
  const naming = new Set<Promise<void>>()
  const leaving = new AbortController()

  function run(turn: Turn): Generation {
    const generation = new Generation(turn)
    const place = placeOf(turn.sessionId, turn.beside)
    active.set(place, generation)
    saver ??= setInterval(() => void saveUnfinished(deps, all()), SAVED_MS)
    void writeAnswer(deps, generation).then((ending) => {
      if (active.get(place) === generation) active.delete(place)
      if (active.size === 0) {
        clearInterval(saver)
        saver = undefined
      }
      generation.end(ending)
      name(generation, ending)
    })
    return generation
  }

  /** Runs beside the conversation: nobody waits for a title. */
  function name(generation: Generation, ending: Ending): void {
    if (draining || generation.turn.beside) return
    const named = nameSession(deps, generation, ending, leaving.signal)
    naming.add(named)
    void named.finally(() => naming.delete(named))
  }

  async function beginOnce(asked: Asked): Promise<Generation | AppError> {
    if (draining) throw shuttingDown()
    // Stopped answers are about to end.
    const stopped = list(asked.sessionId).filter(({ signal }) => signal.aborted)
    await Promise.all(stopped.map(({ done }) => done))
    if (!("continues" in asked)) return begin(asked)
    const turn = await resumeTurn(deps, asked)
    return turn instanceof AppError ? turn : run(turn)
  }

  return {
    async begin(asked) {
      let begun = await beginOnce(asked)
      const mayBeBroken = begun instanceof AppError && begun.name === "AlreadyRunningError"
      if (mayBeBroken && (await markBroken(deps, all(), asked.sessionId)) > 0) {
        begun = await beginOnce(asked)
      }
      if (begun instanceof AppError) throw begun
      return begun
    },
    list,
    markBroken: async () => void (await markBroken(deps, all())),
    async stop(graceMs) {
      draining = true
      const left = all()
      const grace = setTimeout(() => left.map((it) => it.stop(shuttingDown())), graceMs)
      leaving.abort()
      await Promise.all([...left.map(({ done }) => done), ...naming])
      clearTimeout(grace)
    },
  }
}

const placeOf = (sessionId: string, beside: boolean) => `${sessionId} ${beside}`

/** Returns the error of a message that comes while the server stops, or is stopped by that. */
export function shuttingDown(): AppError {
  const reason = "shutting down"
  return new AppError("ServiceUnavailableError", "Amelia is shutting down.", { reason })
}

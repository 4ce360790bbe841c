import { resolve } from "node:path"
import { InvalidArgumentError } from "commander"
import { z } from "zod"
import {
  type EvalResult,
  type EvalSetting,
  type Figures,
  figureNames,
  settingName,
} from "../../features/eval/schema"
import { searchMode } from "../../platform/shapes/passage"
import { parseQuestions } from "../../platform/shapes/questions-file"
import { inColumns } from "./columns"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { UsageError } from "./failure"
import { type Add, collect, wholeNumber, withCommonOptions } from "./options"
import { writeOutput } from "./output"
import { type CommonOptions, loadConfig } from "./settings"

export type EvalOptions = CommonOptions & {
  mode?: EvalSetting["mode"][]
  topK?: number[]
  rerank?: true
  trec?: string
  baseline?: string
  saveBaseline?: string
  tolerance: number
}

const figures = z.object({
  ndcg_at_10: z.number(),
  recall: z.number(),
  mrr: z.number(),
  map: z.number(),
})
/** Figures by the name of their setting, such as `lexical 10`. */
const baselineFile = z.record(z.string(), figures)

/** Prints what retrieval is worth on questions; fails if it got worse than the baseline. */
export async function evaluate(
  context: Context,
  path: string | undefined,
  options: EvalOptions,
): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  const questions = path === undefined ? undefined : parseQuestions(await read(context, path))
  const baseline = options.baseline && (await readBaseline(context, options.baseline))
  const settings = settingsOf(options)
  const result = await withConnection(context, { config, options }, async ({ client }) =>
    client.evaluate({ ...(questions && { questions }), ...(settings && { settings }) }),
  )
  if (options.trec && result.settings.length > 1) {
    throw new UsageError("A TREC run is that of one setting: name it by --mode and --top-k.")
  }
  const { terminal } = context
  await terminal.out(options.json ? `${JSON.stringify(result)}\n` : tableOf(result))
  if (options.trec) writeOutput(context, resolve(context.cwd, options.trec), trecRun(result))
  if (options.saveBaseline) {
    const saved = `${JSON.stringify(Object.fromEntries(byName(result)), null, 2)}\n`
    writeOutput(context, resolve(context.cwd, options.saveBaseline), saved)
  }
  const worse = baseline ? worseThan(baseline, byName(result), options.tolerance) : []
  for (const line of worse) terminal.err(`${line}\n`)
  return worse.length > 0 ? exitCodes.failed : exitCodes.done
}

/** By default the server's. */
function settingsOf({ mode, topK, rerank }: EvalOptions): EvalSetting[] | undefined {
  if (!mode && !topK && !rerank) return undefined
  const modes = mode ?? ["hybrid"]
  const plain = modes.flatMap((mode) => (topK ?? [100]).map((top_k) => ({ mode, top_k })))
  return rerank ? plain.flatMap((setting) => [setting, { ...setting, rerank }]) : plain
}

function tableOf({ questions, settings, left_out }: EvalResult): string {
  const heads = ["mode", "top_k", "nDCG@10", "recall", "MRR", "MAP"]
  const rows = settings.map(({ mode, top_k, rerank, figures }) => [
    rerank ? `${mode} reranked` : mode,
    `${top_k}`,
    ...figureNames.map((name) => figures[name].toFixed(4)),
  ])
  const missing = left_out.length > 0 && `Without an embedding model: no ${left_out.join(", ")}.`
  const notes = [`${questions} questions.`, missing].filter(Boolean)
  return `${inColumns([heads, ...rows])}${notes.join(" ")}\n`
}

/** One line a document and question, as trec_eval reads them; the run's name is the setting. */
function trecRun({ settings }: EvalResult): string {
  return settings
    .flatMap(({ queries, ...setting }) =>
      queries.flatMap(({ id, ranked }) =>
        ranked.map(
          // Its own order counts: equal scores would be sorted anew.
          (it, i) =>
            `${id} Q0 ${it.document_id} ${i + 1} ${ranked.length - i} ${settingName(setting).replaceAll(" ", "-")}\n`,
        ),
      ),
    )
    .join("")
}

function byName({ settings }: EvalResult): Map<string, Figures> {
  return new Map(settings.map((setting) => [settingName(setting), setting.figures]))
}

/** A sentence for each figure that is lower than it was by more than `tolerance`. */
function worseThan(
  baseline: z.infer<typeof baselineFile>,
  now: Map<string, Figures>,
  tolerance: number,
): string[] {
  return Object.entries(baseline).flatMap(([setting, before]) => {
    const after = now.get(setting)
    if (!after) return [`${setting} is in the baseline and was not measured.`]
    return figureNames
      .filter((name) => after[name] < before[name] - tolerance)
      .map(
        (name) =>
          `${setting}: ${name} was ${before[name].toFixed(4)} and is ${after[name].toFixed(4)}.`,
      )
  })
}

async function readBaseline(context: Context, path: string) {
  try {
    return baselineFile.parse(JSON.parse(await read(context, path)))
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    throw new UsageError(`${path} is no baseline that --save-baseline wrote.`, { cause })
  }
}

async function read({ cwd }: Context, path: string): Promise<string> {
  try {
    return await Bun.file(resolve(cwd, path)).text()
  } catch (cause) {
    throw new UsageError(`${path} can't be read.`, { cause })
  }
}

export const addEval: Add = (program, context, done) => {
  const mode = (text: string, before: string[] = []) => {
    if (searchMode.safeParse(text).success) return collect(text, before)
    throw new InvalidArgumentError(`It must be one of ${searchMode.options.join(", ")}.`)
  }
  const topK = (text: string, before: number[] = []) => [...before, wholeNumber(1, 100)(text)]
  withCommonOptions(program.command("eval"))
    .description("measure how well retrieval answers questions whose documents you know")
    .argument("[file]", "questions, one JSON object a line (default: what you kept as relevant)")
    .option("--mode <mode>", "lexical, vector or hybrid; may be given again", mode)
    .option("--top-k <n>", "passages a question; may be given again", topK)
    .option("--rerank", "also measure each setting with the results reranked")
    .option("--trec <file>", "also write the ranking, as trec_eval reads it")
    .option("--save-baseline <file>", "also write the figures, to compare with later")
    .option("--baseline <file>", "fail if a figure is worse than there")
    .option("--tolerance <difference>", "by more than this", fraction, 0.005)
    .option("--verbose", "show the log on stderr")
    .addHelpText("after", examples)
    .action(async (path: string | undefined, options: EvalOptions) =>
      done(await evaluate(context, path, options)),
    )
}

const examples = `
Examples:
  amelia eval questions.jsonl --save-baseline before.json
  amelia eval questions.jsonl --baseline before.json

A question is {"query": …, "relevant": [document, …]}. A document is its name or id, or
{"document": …, "grade": 2, "start": 0, "end": 100}, where grade and span may be left out.`

function fraction(text: string): number {
  if (/^(0(\.\d+)?|1)$/.test(text)) return Number(text)
  throw new InvalidArgumentError("It must be a number from 0 to 1, such as 0.01.")
}

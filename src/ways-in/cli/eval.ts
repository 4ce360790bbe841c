import { resolve } from "node:path"
import { InvalidArgumentError } from "commander"
import { z } from "zod"
import {
  type EvalResult,
  type EvalSetting,
  type Figures,
  figureNames,
  figures,
  settingName,
} from "../../features/eval/schema"
import { searchMode } from "../../platform/shapes/passage"
import { parseQuestions } from "../../platform/shapes/questions-file"
import { print } from "./answer"
import { inColumns } from "./columns"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { UsageError } from "./failure"
import { type Add, collect, wholeNumber, withCommonOptions } from "./options"
import { writeOutput } from "./output"
import { readText } from "./read-file"
import { type CommonOptions, loadConfig } from "./settings"

type EvalOptions = CommonOptions & {
  mode?: EvalSetting["mode"][]
  topK?: number[]
  rerank?: true
  trec?: string
  baseline?: string
  saveBaseline?: string
  tolerance: number
}

/** Figures by setting name, such as `lexical 10`. */
const baselineFile = z.record(z.string(), figures)

/** Measures retrieval on questions and prints the figures. Fails if one is below the baseline. */
async function evaluate(
  context: Context,
  path: string | undefined,
  options: EvalOptions,
): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  const questions = path === undefined ? undefined : parseQuestions(await readText(context, path))
  const baseline = options.baseline && (await readBaseline(context, options.baseline))
  const settings = settingsOf(options)
  const result = await withConnection(context, { config, options }, async ({ client }) =>
    client.evaluate({ questions, settings }),
  )
  if (options.trec && result.settings.length > 1) {
    throw new UsageError("A TREC run covers one setting: choose it with --mode and --top-k.")
  }
  await print(context, options, result, tableOf(result))
  if (options.trec) writeOutput(context, resolve(context.cwd, options.trec), trecRun(result))
  if (options.saveBaseline) {
    const saved = `${JSON.stringify(Object.fromEntries(byName(result)), null, 2)}\n`
    writeOutput(context, resolve(context.cwd, options.saveBaseline), saved)
  }
  const worse = baseline ? worseThan(baseline, byName(result), options.tolerance) : []
  for (const line of worse) context.terminal.err(`${line}\n`)
  return worse.length > 0 ? exitCodes.failed : exitCodes.done
}

/** Returns undefined if no option was given, so that the server uses its defaults. */
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
  const missing =
    left_out.length > 0 && `Not measured without an embedding model: ${left_out.join(", ")}.`
  const notes = [`${questions} questions.`, missing].filter(Boolean)
  return `${inColumns([heads, ...rows])}${notes.join(" ")}\n`
}

/** One line per question and document, in trec_eval's format. The run name is the setting. */
function trecRun({ settings }: EvalResult): string {
  return settings
    .flatMap(({ queries, ...setting }) =>
      queries.flatMap(({ id, ranked }) =>
        ranked.map(
          // trec_eval sorts by score, so the rank serves as score to keep our order.
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

/** Returns a sentence for each figure that fell by more than `tolerance`. */
function worseThan(
  baseline: z.infer<typeof baselineFile>,
  now: Map<string, Figures>,
  tolerance: number,
): string[] {
  return Object.entries(baseline).flatMap(([setting, before]) => {
    const after = now.get(setting)
    if (!after) return [`${setting} is in the baseline but was not measured.`]
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
    return baselineFile.parse(JSON.parse(await readText(context, path)))
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    throw new UsageError(`${path} is not a baseline written by --save-baseline.`, { cause })
  }
}

export const addEval: Add = (program, does) => {
  const mode = (text: string, before: string[] = []) => {
    if (searchMode.safeParse(text).success) return collect(text, before)
    throw new InvalidArgumentError(`It must be one of ${searchMode.options.join(", ")}.`)
  }
  const topK = (text: string, before: number[] = []) => [...before, wholeNumber(1, 100)(text)]
  withCommonOptions(program.command("eval"))
    .description("measure how well retrieval finds the documents you know are relevant")
    .argument(
      "[file]",
      "questions, one JSON object per line (default: the results you marked as relevant)",
    )
    .option("--mode <mode>", "lexical, vector or hybrid; repeatable", mode)
    .option("--top-k <n>", "passages per question; repeatable", topK)
    .option("--rerank", "also measure each setting with reranking")
    .option("--trec <file>", "also write the ranking in trec_eval's format")
    .option("--save-baseline <file>", "also write the figures, to compare against later")
    .option("--baseline <file>", "fail if a figure is worse than in this file")
    .option("--tolerance <difference>", "how much worse is still accepted", fraction, 0.005)
    .option("--verbose", "show the log on stderr")
    .addHelpText("after", examples)
    .action(does(evaluate))
}

const examples = `
Examples:
  amelia eval questions.jsonl --save-baseline before.json
  amelia eval questions.jsonl --baseline before.json

A question is {"query": …, "relevant": [document, …]}. A document is its name or id, or
{"document": …, "grade": 2, "start": 0, "end": 100}, where grade and span are optional.`

function fraction(text: string): number {
  if (/^(0(\.\d+)?|1)$/.test(text)) return Number(text)
  throw new InvalidArgumentError("It must be a number from 0 to 1, such as 0.01.")
}

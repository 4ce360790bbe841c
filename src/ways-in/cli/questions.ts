import { Option } from "commander"
import type { SearchMode } from "../../platform/shapes/passage"
import { ask } from "./ask"
import { type Add, verbose, wholeNumber, withCommonOptions, withWorkOptions } from "./options"
import type { RunOptions } from "./run"
import { type SearchOptions, search } from "./search"

export const addSearch: Add = (program, context, done) => {
  withCommonOptions(program.command("search"))
    .description("find passages in the documents, without a language model")
    .argument("<query...>", "words to search for")
    .option(
      "--top-k <n>",
      "number of passages to print (default: RAG_TOP_K, 5)",
      wholeNumber(1, 100),
    )
    .addOption(new Option("--mode <mode>", "match words, meaning, or both").choices(modes))
    .option("--explain", "explain the score of each passage")
    .option(...verbose)
    .addHelpText("after", searchExamples)
    .action(async (words: string[], options: SearchOptions) =>
      done(await search(context, words.join(" "), options)),
    )
}

const modes: SearchMode[] = ["hybrid", "lexical", "vector"]

const searchExamples = `
Examples:
  amelia search "session timeout" --top-k 3 --json
  amelia search '"session timeout" -cookie file:*.md' --explain

In a query, "exact words" match as a phrase, -word excludes a word, and file:*.md matches names.`

export const addAsk: Add = (program, context, done) => {
  withWorkOptions(program.command("ask"))
    .description("answer a question from the documents, with citations")
    .argument("<question...>", "the question to answer")
    .addHelpText("after", '\nExamples:\n  amelia ask "When does a session end?" --doc notes.md')
    .action(async (words: string[], options: RunOptions) =>
      done(await ask(context, words.join(" "), options)),
    )
}

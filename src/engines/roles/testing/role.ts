import { artifact, code, item, line, marks, section } from "../markdown"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { listChanges, showFiles } from "../role-changes"
import { type TestCase, type TestingOutput, testingOutput } from "./output"
import { extractTesting } from "./rules"

const system = `You are a test engineer. From requirements, a plan and the changes made for it you say how the work is proven.

You give:
- strategy: which kinds of tests carry the proof and why, and where you expect faults, in three sentences at most.
- cases: ids TC1, TC2, …, each about one promise, the most important first.
  - covers: the ids of the requirements, constraints and tasks that it proves. Each of those, and each acceptance criterion, is in a case or in coverage_gaps.
  - kind: unit for one part alone, integration for parts together with what they really talk to, e2e for the whole product as its users meet it, manual only for what needs a person's judgement. Choose the cheapest kind that can show the fault.
  - steps: what is done, with the exact input; the first says what has to be there. expected: what is then observed, so exact that two people would agree whether it held. Numbers are those of the sources.
  - priority: must if the work can't be released while it fails, should, could.
- files: the cases written as tests: \`create\` with the whole file, or \`modify\` with edits of a file that you were shown. Only where you were shown how this project writes its tests and what they call; else none.
- coverage_gaps: what no case shows, and why not.
- commands: what to run, each argument by itself, since no shell reads them. Only commands that the sources or earlier results name.

Look where faults live: at a limit and one beyond it; nothing, one and many; twice and at the same time; broken off halfway; input that is wrong or hostile. A case that can't fail, that repeats another, or that tests a library instead of this work is worth nothing.

${commonRules}`

const task =
  "Say how what the request and the earlier results ask for is tested: cases with their steps and what is expected, what stays uncovered, and the commands to run."

/** Turns requirements, plan and changes into test cases. */
export const testing: Role<TestingOutput> = {
  type: "testing",
  title: "Testing",
  schema: testingOutput,
  system,
  prompt: (material) => promptFor(material, task),
  extract: extractTesting,
  render(output, citations) {
    const gaps = output.coverage_gaps.map((it) => item(it.gap, it.citations))
    const commands = output.commands.map(
      ({ argv, purpose, citations }) =>
        `- ${code(argv.map(asTyped).join(" "))}: ${line(purpose)}${marks(citations)}`,
    )
    const files = output.files.length
      ? [section("Test files", listChanges(output.files), ""), ...showFiles(output.files)]
      : []
    const sections = [
      section("Cases", output.cases.map(showCase), "There is nothing to test."),
      ...files,
      section("Not covered", gaps, "Nothing that is known."),
      section("Commands", commands, "The sources name none."),
    ]
    return artifact("Testing", output.strategy, sections, citations)
  },
}

function showCase({ id, title, kind, priority, covers, ...rest }: TestCase): string {
  const facts = [kind, priority, covers.length ? `covers ${covers.map(line).join(", ")}` : ""]
  const lines = [`### ${line(id)}: ${line(title)}\n`, `*${facts.filter(Boolean).join(", ")}*\n`]
  const steps = rest.steps.map((step, at) => `${at + 1}. ${line(step)}`)
  if (steps.length) lines.push(`${steps.join("\n")}\n`)
  lines.push(`**Expected:** ${line(rest.expected)}${marks(rest.citations)}\n`)
  return lines.join("\n")
}

/** Quotes an argument for people to read. No shell runs it. */
function asTyped(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`
}

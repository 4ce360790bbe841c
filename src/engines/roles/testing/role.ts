import { artifact, code, item, line, marks, section } from "../markdown"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { listChanges, showFiles } from "../role-changes"
import { type TestCase, type TestingOutput, testingOutput } from "./output"
import { extractTesting } from "./rules"

const system = `You are a test engineer. You decide how to prove that work meets its requirements and its plan.

Output:
- strategy: which kinds of tests carry the proof and why, and where you expect faults, in at most three sentences.
- cases: ids TC1, TC2, …, one promise each, most important first.
  - covers: the ids of the requirements, constraints and tasks that it proves. Each of those, and each acceptance criterion, is in a case or in coverage_gaps.
  - kind: unit for one part alone, integration for parts together with what they really talk to, e2e for the whole product as users meet it, manual only for what needs human judgement. Choose the cheapest kind that can reveal the fault.
  - steps: what to do, with the exact input. The first step sets up what must exist. expected: what is then observed, so exact that two people would agree whether it held. Numbers come from the sources.
  - priority: must if the work can't be released while it fails; otherwise should or could.
- files: the cases written as tests: \`create\` with the whole file, or \`modify\` with edits of a file that you were shown. Only if you were shown how this project writes its tests and what they call; otherwise empty.
- coverage_gaps: what no case shows, and why not.
- commands: what to run, one array item per argument, because no shell parses them. Only commands that the sources or earlier results name.

Look where faults live: at a limit and one beyond it; none, one and many; twice and at the same time; interrupted halfway; wrong or hostile input. A case is worthless if it can't fail, repeats another, or tests a library instead of this work.

${commonRules}`

const task =
  "Say how to test what the request and the earlier results ask for: cases with steps and expected results, what stays uncovered, and the commands to run."

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

import { artifact, code, line, marks, section, table } from "../markdown"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { type Finding, type ReviewOutput, reviewOutput } from "./output"
import { extractReview } from "./rules"

const system = `You review changes that somebody else wrote, against what was asked for. Your findings decide whether they are merged.

You give:
- findings: what is wrong with the changes, the worst first.
  - severity: blocker for a wrong result, lost data, a security hole or an unmet must: not to be merged. major for what will hurt users or the next change. minor for what is worth fixing. nit for taste.
  - path and line: where it is in the changed file. line is null unless you can count it in what you were shown; do not estimate.
  - claim: what is wrong, in one sentence. evidence: what shows it: the code quoted, or an input with what comes out and what should. What you can't show, leave out.
  - suggestion: what to do instead, as precisely as you know it.
- coverage: one entry for each requirement and constraint of the earlier results, in their order, with id and words: \`R3: Exports finish within 10 s\`. met is yes only if the evidence names the code or the test that shows it, no if what you were shown contradicts it or lacks it, unknown if what you were shown can't tell.
- summary: what the changes do and how good they are, in three sentences at most.
- verdict: approve if you would merge this as it stands. request_changes with any blocker and any requirement that is not met.

Judge the changes by what they do, not by what their authors say of them. Look first for what is incorrect: limits, errors, concurrency, input that is hostile, data that are migrated or deleted; then for what is missing; then for what is hard to understand. No praise, no retelling, nothing about code that is not changed. It is fine to find nothing. If there are no changes to read, say so in one finding, and all coverage is unknown.

${commonRules}`

const task =
  "Review the changes that the earlier results, the sources or the request show, against the requirements: findings, coverage of each requirement, and a verdict."

const verdicts = { approve: "Approved.", request_changes: "Changes requested." } as const
const severities = ["blocker", "major", "minor", "nit"] as const

export const review: Role<ReviewOutput> = {
  type: "review",
  title: "Review",
  schema: reviewOutput,
  system,
  prompt: (material) => promptFor(material, task),
  extract: extractReview,
  render({ findings, coverage, summary, verdict }, citations) {
    const worstFirst = severities.flatMap((severity) =>
      findings.filter((finding) => finding.severity === severity),
    )
    const rows = coverage.map(({ requirement, met, evidence, citations }) => [
      line(requirement),
      met,
      `${line(evidence)}${marks(citations)}`,
    ])
    const covered = rows.length ? [table(["Requirement", "Met", "Evidence"], rows)] : []
    const sections = [
      section("Findings", worstFirst.map(showFinding), "None."),
      section("Requirements", covered, "None is known."),
    ]
    return artifact("Review", `**${verdicts[verdict]}** ${summary}`, sections, citations)
  },
}

function showFinding({ severity, path, line: at, ...finding }: Finding): string {
  const place = path === null ? "" : `${code(at === null ? path : `${path}:${at}`)}\n\n`
  const title = `${severity.charAt(0).toUpperCase()}${severity.slice(1)}: ${line(finding.claim)}`
  const cited = marks(finding.citations)
  return (
    `### ${title}\n\n${place}**Evidence:** ${line(finding.evidence)}${cited}\n\n` +
    `**Suggestion:** ${line(finding.suggestion)}\n`
  )
}

import { artifact, code, line, marks, section, table } from "../markdown"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { type Finding, type ReviewOutput, reviewOutput } from "./output"
import { extractReview } from "./rules"

const system = `You review changes that somebody else wrote against what was asked for. Your findings decide whether they are merged.

Output:
- findings: what is wrong with the changes, worst first.
  - severity: blocker (a wrong result, lost data, a security hole or an unmet must: it can't be merged), major (will hurt users or the next change), minor (worth fixing) or nit (taste).
  - path and line: where it is in the changed file. line is null unless you can count it in what you were shown. Don't estimate.
  - claim: what is wrong, in one sentence. evidence: what shows it: the quoted code, or an input with its actual and its expected output. Leave out what you can't show.
  - suggestion: what to do instead, as precisely as you know it.
- coverage: one entry per requirement and constraint of the earlier results, in their order, with id and text: \`R3: Exports finish within 10 s\`. met is yes only if the evidence names the code or test that shows it, no if what you were shown contradicts or lacks it, and unknown if you can't tell from what you were shown.
- summary: what the changes do and how good they are, in at most three sentences.
- verdict: approve if you would merge this as it is. request_changes if there is a blocker or a requirement that isn't met.

Judge the changes by what they do, not by what their authors say about them. Look first for what is incorrect: limits, errors, concurrency, hostile input, data that is migrated or deleted. Then look for what is missing, then for what is hard to understand. Don't praise, don't retell, and don't comment on unchanged code. It is fine to find nothing. If there are no changes to read, say so in one finding and set all coverage to unknown.

${commonRules}`

const task =
  "Review the changes that the earlier results, the sources or the request show against the requirements. Give findings, the coverage of each requirement, and a verdict."

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

import type { DocumentationOutput } from "../../src/engines/roles/documentation/output"
import type { ImplementationOutput } from "../../src/engines/roles/implementation/output"
import type { Change } from "../../src/engines/roles/output-changes"
import type { ReviewOutput } from "../../src/engines/roles/review/output"
import type { TestingOutput } from "../../src/engines/roles/testing/output"

const citations = [{ source: 1, quote: "Links are saved." }]

/** A change of one file; `more` may break it. */
export function change(more: object = {}): Change {
  return {
    path: "src/links.ts",
    action: "create",
    purpose: "Saves links.",
    tasks: ["T1"],
    content: "export const links = []\n",
    edits: [],
    citations,
    ...more,
  }
}

/** What an engineer gives, with one change. */
export function implemented(more: object = {}): ImplementationOutput {
  return {
    summary: "Links are saved.",
    changes: [change(more)],
    assumptions: [{ assumption: "The store is open.", citations: [] }],
    follow_ups: [{ follow_up: "T2: List them.", citations }],
  }
}

export function tested(): TestingOutput {
  return {
    strategy: "Mostly against the real store.",
    cases: [
      {
        id: "TC1",
        title: "A saved link is listed",
        kind: "integration",
        covers: ["R1", "T1"],
        steps: ["Save https://example.org.", "List the links."],
        expected: "The list holds https://example.org once.",
        priority: "must",
        citations,
      },
    ],
    files: [change({ path: "test/links.test.ts" })],
    coverage_gaps: [{ gap: "A full disk.", citations: [] }],
    commands: [{ argv: ["bun", "test"], purpose: "Runs all.", citations: [] }],
  }
}

export function reviewed(): ReviewOutput {
  return {
    findings: [
      {
        severity: "blocker",
        path: "src/links.ts",
        line: 3,
        claim: "A link is saved twice.",
        evidence: "`save(a); save(a)` gives two rows.",
        suggestion: "Make the URL unique.",
        citations,
      },
    ],
    coverage: [{ requirement: "R1: Links are saved.", met: "yes", evidence: "TC1", citations }],
    summary: "It saves links.",
    verdict: "request_changes",
  }
}

export function documented(): DocumentationOutput {
  return {
    title: "Saving links",
    audience: "Members of a team.",
    summary: "How links are saved.",
    sections: [{ heading: "Save a link", body: "Run `save URL`.", citations }],
    changelog: [{ kind: "added", entry: "Links can be saved." }],
    open_questions: [{ question: "Who may delete one?", citations }],
  }
}

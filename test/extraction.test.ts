import { expect, test } from "bun:test"
import { design } from "../src/engines/roles/design/role"
import { discovery } from "../src/engines/roles/discovery/role"
import { planning } from "../src/engines/roles/planning/role"
import { passagesOf } from "./support/passages"
import { askRules } from "./support/roles"

const named = (documents: Record<string, string>) =>
  Object.entries(documents).map(([name, text]) => ({ name, text }))

async function discover(documents: Record<string, string>) {
  const { data } = await askRules(discovery, { passages: passagesOf(named(documents)) })
  const statements = (list: { statement: string }[]) => list.map(({ statement }) => statement)
  return {
    summary: data.summary,
    features: data.features.map(({ name }) => name),
    requirements: statements(data.requirements),
    constraints: statements(data.constraints),
    exclusions: statements(data.exclusions),
    questions: data.open_questions.map(({ question }) => question),
  }
}

async function designed(document: string) {
  const passages = passagesOf([{ name: "spec.md", text: document }])
  return (await askRules(design, { passages })).data
}

const nothing = { features: [], requirements: [], constraints: [], questions: [] }

test.each([
  ["Non-Goals", "- Export to PDF must be possible.\n- Never delete a note."],
  ["Out of scope", "Users can't sync calendars."],
  ["What it will not be", "- A chat that everybody can join."],
  ["Nicht-Ziele", "- Eine Lohnabrechnung muss niemand erwarten."],
  ["Hors périmètre", "- La paie doit rester dans un autre logiciel."],
])("what stands under “%s” is excluded, and demanded nowhere", async (title, text) => {
  const found = await discover({ "spec.md": `# Notes\n\n## ${title}\n\n${text}` })
  expect(found).toMatchObject(nothing)
  expect(found.exclusions).toHaveLength(text.split("\n").length)
})

test("a list that is announced as out of scope, and a sentence that says so, are excluded", async () => {
  const text =
    "# Notes\n\nNotes must sync. Sharing is out of scope.\n\nThese are not planned:\n\n- Plugins that must be paid."
  const found = await discover({ "spec.md": text })
  expect(found.requirements).toEqual(["Notes must sync."])
  expect(found.exclusions).toEqual(["Sharing is out of scope.", "Plugins that must be paid."])
})

test("titles that look like boilerplate or tasks hide no demand", async () => {
  const todo = "# Todo app\n\n## Links\n\nA task must hold up to 10 links.\n"
  const found = await discover({
    "spec.md": `${todo}\n## Documentation\n\nUsers can export a manual.`,
  })
  expect(found.questions).toEqual([])
  expect(found.constraints).toEqual(["A task must hold up to 10 links."])
  expect(found.features).toContain("Export a manual")
})

test.each([
  ["a licence", "## License\n\nYou must include the copyright notice. Copies must never be sold."],
  ["a changelog", "## Changelog\n\n### 1.2.0 - 2026-01-02\n\n- Users must confirm each payment."],
  ["a comment", "<!--\nAuthors must fill in the summary.\n\nReviewers must sign.\n-->"],
  ["a table of contents", "## Contents\n\n- [Users must sign in](#sign-in)\n- [Export](#export)"],
  ["a checklist", "## Release signoff checklist\n\n- [ ] Tests must pass before the release."],
  ["code", "```python\n# Users must sign in.\ndef go():\n    return must_wait\n```"],
  ["indented code", "Call it:\n\n    # users must sign in\n    client.go()"],
  ["advice to the reader", "You must install Node first. I must say that it works."],
])("%s demands nothing", async (_, text) => {
  expect(await discover({ "spec.md": `# Notes\n\n${text}` })).toMatchObject(nothing)
})

test("a comment or a code block that goes on in the next passage is still one", async () => {
  const line = "Reviewers must sign each page of the form before it is sent to the office.\n\n"
  const hidden = `<!--\n${line.repeat(60)}-->\n\nNotes must sync.\n\n`
  const listing = `\`\`\`\n${"users must wait(1)\n".repeat(120)}\`\`\`\n\nNotes must be searchable.`
  const found = await discover({ "spec.md": `# Notes\n\n${hidden}${listing}` })
  expect(found.requirements).toEqual(["Notes must sync.", "Notes must be searchable."])
})

test("statements are quoted with their own spelling", async () => {
  const found = await discover({ "spec.md": "# App\n\n`app.include_router` must come first." })
  expect(found.requirements).toEqual(["`app.include_router` must come first."])
})

test("user stories and numbered requirements in tables are read with their names and numbers", async () => {
  const found = await discover({
    "prd.md":
      "# Shop\n\n## User stories\n\n- As a parent, I want to assign a task to a child so that it is done.\n\n" +
      "## Requirements\n\n| ID | Requirement | Priority |\n| - | - | - |\n| FR-1 | The app must sync. | Must |\n",
  })
  expect(found.features).toEqual(["Assign a task to a child"])
  expect(found.requirements).toEqual(["FR-1: The app must sync."])
})

test("German and French documents are read by their own cues", async () => {
  const german =
    "# Kasse\n\n## Anforderungen\n\n- Das System muss jede Buchung speichern.\n- Eine Buchung darf nicht gelöscht werden.\n\n## Offene Fragen\n\n- Welche Bank wird angebunden?"
  const french =
    "# Congés\n\n## Exigences\n\n1. L'employé doit pouvoir déposer une demande.\n2. Une demande acceptée ne peut pas être supprimée."
  const found = await discover({ "lastenheft.md": german, "cahier.md": french })
  expect(found.requirements).toEqual([
    "Das System muss jede Buchung speichern.",
    "L'employé doit pouvoir déposer une demande.",
  ])
  expect(found.constraints).toEqual([
    "Eine Buchung darf nicht gelöscht werden.",
    "Une demande acceptée ne peut pas être supprimée.",
  ])
  expect(found.questions).toEqual(["Welche Bank wird angebunden?"])
})

test("a document that gives nothing is named with the reason", async () => {
  const spanish =
    "El sistema debe permitir a los usuarios registrar una solicitud de vacaciones con una fecha de inicio y una fecha de fin, y el responsable puede aceptar o rechazar la solicitud que ha recibido."
  const { summary } = await discover({
    "spec.md": "# Notes\n\nNotes must sync.",
    "pliego.md": spanish,
    "history.md": "# Changelog\n\n- Users must confirm each payment.",
    "poem.md": "# Poem\n\nThe moon is bright tonight.",
  })
  expect(summary).toContain("Nothing was taken from pliego.md (in Spanish;")
  expect(summary).toContain(
    "Nothing was taken from history.md (only links, history or legal text).",
  )
  expect(summary).toContain(
    "Nothing was taken from poem.md (no feature, demand, limit or question).",
  )
  expect(summary).not.toContain("from spec.md (")
})

test.each([
  ["in a fence", "```http\nGET /api/tasks?done=true\nPOST /api/tasks\n```"],
  ["in a table", "| Method | Path |\n| - | - |\n| `GET` | `/api/tasks` |\n| POST | /api/tasks |"],
  ["in headings", "### GET /api/tasks\n\nLists tasks.\n\n### `POST /api/tasks`\n\nCreates one."],
  [
    "as calls of curl",
    "```sh\ncurl -X GET https://example.org/api/tasks\nPOST https://example.org/api/tasks\n```",
  ],
])("routes %s become interfaces", async (_, text) => {
  const { interfaces } = await designed(`# API\n\n${text}`)
  const routes = interfaces.map(({ name }) => name.replace(/\?.*/, ""))
  expect(routes).toEqual(expect.arrayContaining(["GET /api/tasks", "POST /api/tasks"]))
})

test("signatures in code become interfaces", async () => {
  const { interfaces } = await designed(
    "# API\n\n```python\ndef remind(task: str, at: int) -> Reminder:\n    return 1\n```\n\n```go\nfunc Open(name string) (*File, error) {\n```\n\n```ts\nexport async function save(note: Note): Promise<void> {\n```",
  )
  expect(interfaces.map(({ name }) => name)).toEqual([
    "remind(task: str, at: int) -> Reminder",
    "Open(name string) (*File, error)",
    "save(note: Note): Promise<void>",
  ])
})

test.each([
  ["an SQL table", "sql", "CREATE TABLE task (\n  id uuid PRIMARY KEY,\n  title text NOT NULL\n);"],
  ["a struct", "go", "type task struct {\n\t// id names it.\n\tid string\n\ttitle *string\n}"],
  ["an interface", "ts", "export interface task {\n  id: string\n  title?: string\n}"],
  ["a JSON schema", "json", '{"title": "task", "properties": {"id": {}, "title": {}}}'],
])("%s becomes a record with its fields", async (_, language, code) => {
  const { data_model } = await designed(`# Data\n\n\`\`\`${language}\n${code}\n\`\`\``)
  expect(data_model).toMatchObject([{ entity: "task", fields: ["id", "title"] }])
})

test("each demand is an acceptance criterion of some task", async () => {
  const text =
    "# Shop\n\n## Goals\n\n- Export orders as CSV.\n\n## Requirements\n\n- Orders must be exported within 5 s.\n- Prices must be shown with tax.\n- Nobody must see another's basket."
  const { data } = await askRules(planning, { passages: passagesOf([{ name: "spec.md", text }]) })
  const criteria = data.tasks.flatMap(({ acceptance_criteria }) => acceptance_criteria)
  expect(criteria).toEqual(
    expect.arrayContaining([
      "Orders must be exported within 5 s.",
      "Prices must be shown with tax.",
      "Nobody must see another's basket.",
    ]),
  )
  expect(data.tasks[0]?.title).toBe("Export orders as CSV")
})

import { expect, test } from "bun:test"
import { brokenFloors, circlesOfRooms } from "./support/tidy/floors"
import { brokenLayout, circlesOfFiles } from "./support/tidy/layout"
import { brokenReserves } from "./support/tidy/process"
import { brokenRoles, strayPackages } from "./support/tidy/roles"
import { readSources, type SourceFile, sourceFile } from "./support/tidy/sources"
import { deadFiles, retiredWords, unreadSettings, unthrownErrors } from "./support/tidy/words"

/** A file at `path` that imports `paths` and says `text`, beside those of the project. */
type Plant = { path: string; imports?: string[]; text?: string }

const files = await readSources()
const known = new Set(files.map(({ path }) => path))

/** What `rule` says of the planted file, and of nothing else. */
function saidOf(plant: Plant, rule: (files: SourceFile[]) => string[]): string[] {
  const text = [...(plant.imports ?? []).map(importOf(plant.path)), plant.text].join("\n")
  const planted = sourceFile(plant.path, text, known)
  const before = new Set(rule(files))
  return rule([...files, planted]).filter((it) => !before.has(it))
}

function importOf(from: string) {
  const up = "../".repeat(from.split("/").length - 1)
  return (to: string) => `import type { It } from "${known.has(to) ? up + to : to}"`
}

const violations: [what: string, Plant, (files: SourceFile[]) => string[], sentence: string][] = [
  [
    "the platform knows a feature, if only a type of it",
    { path: "src/platform/http/planted.ts", imports: ["src/features/runs/schema.ts"] },
    brokenFloors,
    "src/platform/http/planted.ts imports src/features/runs/schema.ts: platform/ imports nothing above it.",
  ],
  [
    "an engine knows a feature",
    { path: "src/engines/index/planted.ts", imports: ["src/features/search/service.ts"] },
    brokenFloors,
    "src/engines/index/planted.ts imports src/features/search/service.ts: engines/ imports nothing above it.",
  ],
  [
    "a feature knows one above it",
    { path: "src/features/agents/planted.ts", imports: ["src/features/runs/service.ts"] },
    brokenFloors,
    "src/features/agents/planted.ts imports src/features/runs/service.ts: agents stands below runs.",
  ],
  [
    "a service renders a page",
    { path: "src/features/runs/planted.ts", imports: ["views/runs/page.tsx"] },
    brokenFloors,
    "src/features/runs/planted.ts imports views/runs/page.tsx: only pages import views.",
  ],
  [
    "a page's part asks the database",
    { path: "views/runs/planted.tsx", imports: ["src/features/runs/store.ts"] },
    brokenFloors,
    "views/runs/planted.tsx imports src/features/runs/store.ts: views import schema.ts files and platform/shapes only.",
  ],
  [
    "a command reaches around the API",
    { path: "src/ways-in/cli/planted.ts", imports: ["src/features/runs/service.ts"] },
    brokenFloors,
    "src/ways-in/cli/planted.ts imports src/features/runs/service.ts: ways-in/ speaks HTTP: it imports schema.ts files, the client and platform/ only.",
  ],
  [
    "a folder leads back to itself",
    { path: "src/platform/config/planted.ts", imports: ["src/platform/db/db.ts"] },
    (all) =>
      circlesOfRooms([
        ...all,
        sourceFile("src/platform/db/x.ts", 'import "../config/config"', known),
      ]),
    "platform/config → platform/db → platform/config is a circle.",
  ],
  [
    "a store of another noun is asked",
    { path: "src/features/chat/planted.ts", imports: ["src/features/documents/store.ts"] },
    brokenRoles,
    "src/features/chat/planted.ts imports src/features/documents/store.ts: ask that noun's service, not its store.",
  ],
  [
    "a provider's client leaves its engine",
    { path: "src/features/chat/planted.ts", imports: ["@anthropic-ai/sdk"] },
    strayPackages,
    "src/features/chat/planted.ts imports @anthropic-ai/sdk: the providers' clients stay in the models engine.",
  ],
  [
    "a second place starts git",
    { path: "src/features/git/planted.ts", text: 'Bun.spawn(["git", "status"])' },
    brokenReserves,
    "src/features/git/planted.ts: only platform/git/run.ts starts git.",
  ],
  [
    "a file grows past 250 lines",
    { path: "src/features/chat/planted.ts", text: "const line = 1\n".repeat(300) },
    brokenLayout,
    "src/features/chat/planted.ts has 300 lines: split it by what it does.",
  ],
  [
    "a file is imported by nothing",
    { path: "src/features/chat/planted.ts" },
    (all) =>
      deadFiles(
        all.filter(({ path }) => /planted|main\.ts$/.test(path)),
        ["src/main.ts"],
      ),
    "src/features/chat/planted.ts is imported by nothing that runs: delete it.",
  ],
  [
    "a retired word comes back",
    { path: "src/features/chat/planted.ts", text: "/** Finds forsaken answers. */" },
    retiredWords,
    'src/features/chat/planted.ts:1 says "forsaken": write orphaned.',
  ],
]

test.each(violations)("%s, and the rule says so", (_, plant, rule, sentence) => {
  const said = saidOf(plant, rule)
  expect(said).toHaveLength(1)
  expect(said[0]).toStartWith(sentence)
})

test("two files that import each other are told", () => {
  const names = ["src/engines/index/one.ts", "src/engines/index/two.ts"]
  const both = new Set(names)
  const circle = [
    sourceFile("src/engines/index/one.ts", 'import "./two"', both),
    sourceFile("src/engines/index/two.ts", 'import type { It } from "./one"', both),
  ]
  expect(circlesOfFiles(circle)).toEqual(names.map((it) => `${it} is part of a circle of imports.`))
})

test("a setting that nothing reads and an error that nothing throws are told", () => {
  const reader = [
    sourceFile("src/app.ts", 'start(config.port); throw new AppError("UsedError")', known),
  ]
  expect(unreadSettings(reader, ["PORT", "UNREAD_SETTING"])).toEqual([
    "UNREAD_SETTING is read nowhere: use it, or delete the setting.",
  ])
  expect(unthrownErrors(reader, ["UsedError", "UnusedError"])).toEqual([
    "UnusedError is thrown nowhere: throw it, or delete the name.",
  ])
})

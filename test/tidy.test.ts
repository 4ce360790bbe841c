import { describe, expect, test } from "bun:test"
import { join, normalize } from "node:path"
import { Glob } from "bun"

/** The layout rules of the project, so that nobody has to remember them. */
type SourceFile = { path: string; text: string; imports: string[] }

const root = join(import.meta.dir, "..")
const files = await readSources()
const sources = files.filter(({ path }) => /^(src|views)\//.test(path))

test("the rules below see how files import each other", () => {
  const main = sources.find(({ path }) => path === "src/main.ts")
  expect(main?.imports).toEqual(expect.arrayContaining(["src/server.ts", "src/platform/errors.ts"]))
})

describe("imports run one way", () => {
  const inside = "/(service|store|table)\\.ts$|^src/(db|http)/|/(api|pages)\\.tsx?$"
  // A file that matches the left must not import one that matches the right.
  const forbidden: [string, RegExp, RegExp][] = [
    [
      "services, stores, tables and schemas know no HTTP and no page",
      /^src\/\w+\/(service|store|table|schema)\.ts$/,
      /^views\/|^src\/http\/|\/(api|pages)\.tsx?$|^src\/(app|server|main)\.ts$/,
    ],
    ["stores call no services", /^src\/\w+\/store\.ts$/, /\/service\.ts$/],
    ["tables know no stores", /^src\/\w+\/table\.ts$/, /\/(service|store)\.ts$/],
    ["schemas know no tables", /^src\/\w+\/schema\.ts$/, /\/(service|store|table)\.ts$/],
    ["the database knows no noun", /^src\/db\/(?!.*config)/, /\/(service|store|schema|api)\.ts$/],
    ["views are given what they show", /^views\//, new RegExp(inside)],
    [
      "commands and the terminal UI talk HTTP",
      /^src\/(tui|commands)\/|^src\/main\.ts$/,
      new RegExp(`^views/|${inside}`),
    ],
    [
      "the client talks HTTP",
      /^src\/client(\/|\.ts$)/,
      new RegExp(`^views/|${inside}|^src/config`),
    ],
    ["only the program starts", /^(src|views)\//, /^src\/main\.ts$/],
    ["only main starts the server", /^(src\/(?!main\.ts)|views\/)/, /^src\/server\.ts$/],
    ["only the server makes the app", /^(src\/(?!server\.ts)|views\/)/, /^src\/app\.ts$/],
    ["only main knows commands", /^(src\/(?!main\.ts|commands\/)|views\/)/, /^src\/commands\//],
    [
      "the core knows no noun",
      /^src\/(errors|home|log|config)(\.ts|\/)/,
      /^src\/(?!config\/|home\/|log\/)\w+\/|^src\/(client|server|app|deps)\.ts$/,
    ],
  ]
  test.each(forbidden)("%s", (_, left, right) => {
    const wrong = sources
      .filter(({ path }) => left.test(path))
      .flatMap(({ path, imports }) =>
        imports.filter((it) => right.test(it)).map((it) => `${path} imports ${it}`),
      )
    expect(wrong).toEqual([])
  })

  test("no way leads back to where it began, not even for a type", () => {
    let left = sources
    for (let before = Number.POSITIVE_INFINITY; left.length < before; ) {
      before = left.length
      const there = new Set(paths(left))
      left = left.filter(({ imports }) => imports.some((it) => there.has(it)))
      const imported = new Set(left.flatMap(({ imports }) => imports))
      left = left.filter(({ path }) => imported.has(path))
    }
    expect(paths(left)).toEqual([])
  })

  test("a noun calls another noun's service, never its store", () => {
    const wrong = sources.flatMap(({ path, imports }) =>
      imports
        .filter((it) => /^src\/\w+\/store\.ts$/.test(it) && folder(it) !== folder(path))
        .map((it) => `${path} imports ${it}`),
    )
    expect(wrong).toEqual([])
  })

  const homes: [string, RegExp, RegExp][] = [
    ["LangGraph stays inside the graph engine", /^@langchain\//, /^src\/engines\/graph\//],
    [
      "the providers' clients stay inside the models engine",
      /^@anthropic-ai\/|^(openai|ollama)\b/,
      /^src\/engines\/models\//,
    ],
    [
      "PGlite stays inside db",
      /^@electric-sql\//,
      /^src\/(platform\/db|build)\/|^src\/embedded\.ts$/,
    ],
    [
      "the embedding model stays inside the inference engine",
      /^@huggingface\//,
      /^src\/engines\/inference\//,
    ],
    ["commander stays inside the command line", /^commander$/, /^src\/ways-in\/cli\//],
  ]
  test.each(homes)("%s", (_, module, home) => {
    const wrong = sources.filter(
      ({ path, imports }) => imports.some((it) => module.test(it)) && !home.test(path),
    )
    expect(paths(wrong)).toEqual([])
  })
})

describe("the process belongs to main", () => {
  const words: [string, RegExp, RegExp][] = [
    [
      "only main and the build read the environment",
      /process\.env|Bun\.env/,
      /^src\/(main\.ts|build\/)/,
    ],
    ["only main ends the process", /process\.exit\b/, /^src\/(main\.ts|build\/)/],
    ["nobody writes to the console", /\bconsole\.\w+\(/, /^src\/(main\.ts|ways-in\/cli\/|build\/)/],
    ["pino's transports fail in the binary", /pino\.transport/, /^$/],
    // Anything else would run what a repository's configuration names.
    [
      "only src/platform/git/run.ts starts git",
      /[[(]\s*["'`]git\b|\$`\s*git\b|simple-git/,
      /^src\/platform\/git\/run\.ts$/,
    ],
  ]
  test.each(words)("%s", (_, word, home) => {
    const wrong = sources.filter(({ path, text }) => word.test(code(text)) && !home.test(path))
    expect(paths(wrong)).toEqual([])
  })
})

test("bodies are read within their route's limit, and nowhere else", () => {
  const reads = /\breq\.(json|text|arrayBuffer|blob|formData|parseBody)\(|\breq\.raw\.body\b/
  const wrong = sources.filter(
    ({ path, text }) => reads.test(code(text)) && path !== "src/platform/http/body-limit.ts",
  )
  expect(paths(wrong)).toEqual([])
})

describe("a file is found by its noun and fits the head", () => {
  test("none is longer than 250 lines", () => {
    expect(paths(files.filter(({ text }) => text.split("\n").length > 251))).toEqual([])
  })

  test("no function is longer than 70 lines", () => {
    const wrong = sources.filter(({ text }) =>
      [...text.matchAll(/^(export )?(default )?(async )?function[\s\S]*?^\}/gm)].some(
        ([body]) => body.split("\n").length > 70,
      ),
    )
    expect(paths(wrong)).toEqual([])
  })

  test("none is named after nothing", () => {
    const vague =
      /\/(utils?|helpers?|managers?|common|misc)(\.tsx?$|\/)|\/index\.tsx?$|-(utils?|helpers?|manager)\.tsx?$/
    expect(paths(files.filter(({ path }) => vague.test(path)))).toEqual([])
  })

  test("none keeps state of its own", () => {
    const wrong = sources.filter(({ text }) => /^(export )?(let|var) /m.test(text))
    expect(paths(wrong)).toEqual([])
  })
})

async function readSources(): Promise<SourceFile[]> {
  const found = new Glob("{src,views,test}/**/*.{ts,tsx}").scan({ cwd: root })
  const known = new Set((await Array.fromAsync(found)).filter((path) => !/fixtures/.test(path)))
  return await Promise.all(
    [...known].sort().map(async (path) => {
      const text = await Bun.file(join(root, path)).text()
      return { path, text, imports: importsOf(path, text, known) }
    }),
  )
}

function importsOf(path: string, text: string, known: Set<string>): string[] {
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)
  return [...found].map(([, name = ""]) => {
    if (!name.startsWith(".")) return name
    const file = normalize(join(path, "..", name))
    return [file, `${file}.ts`, `${file}.tsx`].find((it) => known.has(it)) ?? file
  })
}

/** Without comments, which may speak of what they forbid. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "")
}

function folder(path: string): string {
  return path.split("/").slice(0, 2).join("/")
}

function paths(wrong: SourceFile[]): string[] {
  return wrong.map(({ path }) => path)
}

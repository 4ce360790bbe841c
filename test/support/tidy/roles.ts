import type { SourceFile } from "./sources"

/** Files of the left side must not import files of the right side. */
const forbidden: [rule: string, left: RegExp, right: RegExp][] = [
  [
    "services, stores and schemas know no HTTP and no page.",
    /^src\/(features|engines|platform)\/.*\b(service|store|schema)\.ts$/,
    /^src\/platform\/http\/(?!schema\.ts|ready\.ts)|\b(api|pages)\.tsx?$/,
  ],
  ["a store calls no service.", /\bstore\.ts$/, /\/service\.ts$/],
  ["a schema knows no store and no table.", /\/schema\.ts$/, /\bstore\.ts$|^src\/platform\/db\//],
  [
    "tables know the shapes of their columns and nothing else.",
    /^src\/platform\/db\/schema\//,
    /^(src|views)\/(?!platform\/(db|shapes)\/)/,
  ],
]

/** One sentence for each import that a file's role forbids. */
export function brokenRoles(files: SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.flatMap((to) => {
      const broken = forbidden.filter(([, left, right]) => left.test(path) && right.test(to))
      const rules = broken.map(([rule]) => rule)
      if (isStoreOfAnother(path, to)) rules.push("ask that noun's service, not its store.")
      return rules.map((rule) => `${path} imports ${to}: ${rule}`)
    }),
  )
}

function isStoreOfAnother(path: string, to: string): boolean {
  const nounOf = (file: string) => /^src\/features\/([^/]+)\//.exec(file)?.[1]
  return /\bstore\.ts$/.test(to) && nounOf(to) !== undefined && nounOf(to) !== nounOf(path)
}

/** The one place for each package that has one. */
const homes: [what: string, name: RegExp, home: RegExp][] = [
  ["LangGraph stays in the graph engine.", /^@langchain\//, /^src\/engines\/graph\//],
  [
    "the providers' clients stay in the models engine.",
    /^@anthropic-ai\/|^(openai|ollama)\b/,
    /^src\/engines\/models\//,
  ],
  [
    "PGlite stays in platform/db.",
    /^@electric-sql\//,
    /^src\/(platform\/db|build)\/|^src\/embedded\.ts$/,
  ],
  ["local models stay in the inference engine.", /^@huggingface\//, /^src\/engines\/inference\//],
  ["commander stays in the command line.", /^commander$/, /^src\/ways-in\/cli\//],
]

/** One sentence for each package that is imported outside its home. */
export function strayPackages(files: SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) =>
    homes.flatMap(([rule, name, home]) =>
      imports
        .filter((to) => name.test(to) && !home.test(path))
        .map((to) => `${path} imports ${to}: ${rule}`),
    ),
  )
}

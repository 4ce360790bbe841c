import { codeOf, type SourceFile } from "./sources"

/** What only some files may do. */
const reserved: [rule: string, word: RegExp, home: RegExp][] = [
  [
    "only main.ts and the build read the environment.",
    /process\.env|Bun\.env/,
    /^src\/(main\.ts|build\/)/,
  ],
  ["only main.ts and the build end the process.", /process\.exit\b/, /^src\/(main\.ts|build\/)/],
  [
    "only the command line and the build write to the console.",
    /\bconsole\.\w+\(/,
    /^src\/(main\.ts|ways-in\/cli\/|build\/)/,
  ],
  ["pino's transports fail in the binary.", /pino\.transport/, /^$/],
  [
    // Anything else would run what a repository's configuration names.
    "only platform/git/run.ts starts git.",
    /[[(]\s*["'`]git\b|\$`\s*git\b|simple-git/,
    /^src\/platform\/git\/run\.ts$/,
  ],
  [
    "bodies are read by platform/http/body-limit.ts, within their route's limit.",
    /\breq\.(json|text|arrayBuffer|blob|formData|parseBody)\(|\breq\.raw\.body\b/,
    /^src\/platform\/http\/body-limit\.ts$/,
  ],
  ["modules keep no state of their own.", /^(export )?(let|var) /m, /^$/],
]

/** One sentence for each file that does what is reserved for others. */
export function brokenReserves(files: SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    reserved
      .filter(([, word, home]) => word.test(codeOf(text)) && !home.test(path))
      .map(([rule]) => `${path}: ${rule}`),
  )
}

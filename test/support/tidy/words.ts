import { codeOf, type SourceFile } from "./sources"

/** Words that style.md retires, each with the one to use. */
const retired: [RegExp, string][] = [
  [/\bway to the database\b/i, "round trip"],
  [/\bbreath(e|er|ing)\b/i, "yield"],
  [/\bforsaken\b/i, "orphaned"],
  [/\bisTooDear\b/, "exceedsBudget"],
  [/\bStepPlace\b|\bSpot\b/, "StepKey"],
  [/\bmend(s|ed|ing)?\b/i, "fix"],
]

/** One sentence for each line of code, comment or page that has a retired word. */
export function retiredWords(files: SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, i) =>
      retired.flatMap(([word, instead]) => {
        const found = word.exec(line)?.[0]
        return found ? [`${path}:${i + 1} says "${found}": write ${instead}.`] : []
      }),
    ),
  )
}

/** Files that nothing reaches from `entries`, by their imports. */
export function deadFiles(files: SourceFile[], entries: string[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const seen = new Set<string>()
  const left = [...entries]
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    left.push(...(byPath.get(path)?.imports ?? []))
  }
  return files
    .filter(({ path }) => !seen.has(path) && !path.endsWith(".d.ts"))
    .map(({ path }) => `${path} is imported by nothing that runs: delete it.`)
}

/** Error names of `known` that no file throws. */
export function unthrownErrors(files: SourceFile[], known: readonly string[]): string[] {
  const code = files.map(({ text }) => codeOf(text)).join("\n")
  return known
    .filter((name) => !code.includes(`"${name}"`))
    .map((name) => `${name} is thrown nowhere: throw it, or delete the name.`)
}

/** Settings of `known` that no file reads from the configuration. */
export function unreadSettings(files: SourceFile[], known: readonly string[]): string[] {
  const code = files.map(({ text }) => codeOf(text)).join("\n")
  return known
    .filter((name) => !new RegExp(`\\b${camelCase(name)}\\b`).test(code))
    .map((name) => `${name} is read nowhere: use it, or delete the setting.`)
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

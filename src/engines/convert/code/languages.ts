/** What code is parsed by. C is so near to C++ that one grammar, the largest by far, does for both. */
export const grammars = [
  "cpp",
  "go",
  "java",
  "javascript",
  "python",
  "rust",
  "tsx",
  "typescript",
] as const
export type Grammar = (typeof grammars)[number]

const extensions: Record<Grammar, string> = {
  cpp: "c h cc cpp cxx hpp hh",
  go: "go",
  java: "java",
  javascript: "js jsx mjs cjs",
  python: "py pyi",
  rust: "rs",
  tsx: "tsx",
  typescript: "ts mts cts",
}

/** The grammar for files with this extension, in lower case; undefined where there is none. */
export function grammarOf(extension: string): Grammar | undefined {
  return grammars.find((grammar) => extensions[grammar].split(" ").includes(extension))
}

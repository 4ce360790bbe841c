/** The grammars that parse code. The C++ grammar, the largest by far, parses C too. */
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

/** Returns the grammar for an extension in lower case, if there is one. */
export function grammarOf(extension: string): Grammar | undefined {
  return grammars.find((grammar) => extensions[grammar].split(" ").includes(extension))
}

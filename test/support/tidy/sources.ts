import { join, normalize } from "node:path"
import { Glob } from "bun"

/** A file with the paths that it imports, from the root of the project; packages by their names. */
export type SourceFile = { path: string; text: string; imports: string[] }

export const root = join(import.meta.dir, "../../..")

/** All TypeScript of src/, views/ and test/ but the fixtures, by path. */
export async function readSources(): Promise<SourceFile[]> {
  const found = new Glob("{src,views,test}/**/*.{ts,tsx}").scan({ cwd: root })
  const known = new Set((await Array.fromAsync(found)).filter((path) => !/fixtures/.test(path)))
  return await Promise.all(
    [...known].sort().map(async (path) => {
      const text = await Bun.file(join(root, path)).text()
      return { path, text, imports: importsOf(path, text, known) }
    }),
  )
}

/** A source file as `readSources` gives it. Type imports count as any other. */
export function sourceFile(path: string, text: string, known: Set<string>): SourceFile {
  return { path, text, imports: importsOf(path, text, known) }
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
export function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "")
}

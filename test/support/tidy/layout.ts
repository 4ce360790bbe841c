import type { SourceFile } from "./sources"

const LINES_MAX = 250
const FUNCTION_LINES_MAX = 70

/** One sentence for each file that is too long, has too long a function, or says nothing by name. */
export function brokenLayout(files: SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.split("\n").length - 1
    const functions = text.matchAll(/^(export )?(default )?(async )?function (\w+)[\s\S]*?^\}/gm)
    const long = [...functions].filter(([body]) => body.split("\n").length > FUNCTION_LINES_MAX)
    const isVague =
      /\/(utils?|helpers?|managers?|common|misc)(\.tsx?$|\/)|\/index\.tsx?$|-(utils?|helpers?|manager)\.tsx?$/
    return [
      ...(lines > LINES_MAX ? [`${path} has ${lines} lines: split it by what it does.`] : []),
      ...long.map(([, , , , name]) => `${name} in ${path} is longer than 70 lines: split it.`),
      ...(isVague.test(path) ? [`${path} is named after nothing: use its noun.`] : []),
    ]
  })
}

/** The paths of files that import each other in a circle. Types count. */
export function circlesOfFiles(files: SourceFile[]): string[] {
  let left = files
  for (let before = Number.POSITIVE_INFINITY; left.length < before; ) {
    before = left.length
    const there = new Set(left.map(({ path }) => path))
    left = left.filter(({ imports }) => imports.some((it) => there.has(it)))
    const imported = new Set(left.flatMap(({ imports }) => imports))
    left = left.filter(({ path }) => imported.has(path))
  }
  return left.map(({ path }) => `${path} is part of a circle of imports.`)
}

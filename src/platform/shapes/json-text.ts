import { findNodeAtLocation, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser"
import { messageOf } from "../errors"

export type Path = readonly (string | number)[]

/** JSON that a person typed: its value, or the line where it stops being JSON and why. */
type JsonText =
  | { value: unknown; lineOf: (path: Path) => number }
  | { fault: { line: number; message: string } }

/** Parses typed JSON. `lineOf` returns the line of a value, or of the nearest enclosing one. */
export function readJsonText(text: string): JsonText {
  const lineAt = (offset: number) => text.slice(0, offset).split("\n").length
  const refuse = (line: number, why: string): JsonText => {
    return { fault: { line, message: `Line ${line} is not JSON: ${why}.` } }
  }
  try {
    const errors: ParseError[] = []
    const tree = parseTree(text, errors, { disallowComments: true })
    const [error] = errors
    if (error) return refuse(lineAt(error.offset), inWords(error))
    return {
      value: JSON.parse(text),
      lineOf(path) {
        for (let length = path.length; length > 0 && tree; length--) {
          const found = findNodeAtLocation(tree, path.slice(0, length))
          if (found)
            return lineAt((found.parent?.type === "property" ? found.parent : found).offset)
        }
        return 1
      },
    }
  } catch (error) {
    // For example, thousands of nested brackets.
    return refuse(1, messageOf(error))
  }
}

/** For example, "comma expected". */
function inWords({ error }: ParseError): string {
  return printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
}

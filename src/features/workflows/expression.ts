import { Environment } from "@marcbachmann/cel-js"
import { AppError } from "../../platform/errors"

/*
 * A workflow's conditions and lists are written in CEL, the Common Expression Language
 * (https://cel.dev). It always terminates, has no side effects and reads like most languages.
 */

/** The values an expression can use: the run's input, and outputs by node id. */
export type Scope = { input: unknown; outputs: Record<string, unknown> }

/** CEL's keywords, and the names that we define. */
const reserved =
  /^(as|break|const|continue|else|false|for|function|if|import|in|let|loop|package|namespace|null|return|true|var|void|while|input|outputs)$/

/** Returns the problem, or undefined. Other ids are reached as `outputs["its-id"]`. */
export function faultOf(expression: string, nodes: readonly string[]): string | undefined {
  try {
    const { error } = environmentFor(nodes).parse(expression).check()
    return error && firstLine(error)
  } catch (thrown) {
    return firstLine(thrown)
  }
}

/** Evaluates an expression. Throws ValidationError if that fails, for example on a missing key. */
export function evaluate(expression: string, { input, outputs }: Scope): unknown {
  try {
    const environment = environmentFor(Object.keys(outputs))
    return environment.parse(expression)({ ...outputs, input, outputs })
  } catch (thrown) {
    const sentence = `"${expression}" can't be evaluated here: ${firstLine(thrown)}.`
    throw new AppError("ValidationError", sentence, { expression })
  }
}

function environmentFor(nodes: readonly string[]): Environment {
  const environment = new Environment()
  const names = nodes.filter((id) => /^\w+$/.test(id) && !reserved.test(id))
  for (const name of ["input", "outputs", ...names]) environment.registerVariable(name, "dyn")
  return environment
}

function firstLine(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return message.split("\n", 1)[0] ?? ""
}

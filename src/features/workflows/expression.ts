import { Environment } from "@marcbachmann/cel-js"
import { AppError } from "../../platform/errors"

/*
 * Conditions and lists of a workflow are written in CEL, the Common Expression Language
 * (https://cel.dev): it always ends, changes nothing and reads like most languages do.
 */

/** What an expression may name: the run's input, and outputs by the ids of their nodes. */
export type Scope = { input: unknown; outputs: Record<string, unknown> }

/** Words of CEL's grammar, and the names that are taken here. */
const reserved =
  /^(as|break|const|continue|else|false|for|function|if|import|in|let|loop|package|namespace|null|return|true|var|void|while|input|outputs)$/

/**
 * What is wrong with an expression over the outputs of these nodes, in a sentence; undefined if
 * nothing is. A node whose id is no name in CEL is reached as `outputs["its-id"]`.
 */
export function faultOf(expression: string, nodes: readonly string[]): string | undefined {
  try {
    const { error } = environmentFor(nodes).parse(expression).check()
    return error && firstLine(error)
  } catch (thrown) {
    return firstLine(thrown)
  }
}

/** The value of an expression. Throws a ValidationError if there is none, for want of a key, say. */
export function evaluate(expression: string, { input, outputs }: Scope): unknown {
  try {
    const environment = environmentFor(Object.keys(outputs))
    return environment.parse(expression)({ ...outputs, input, outputs })
  } catch (thrown) {
    const sentence = `"${expression}" has no value here: ${firstLine(thrown)}.`
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

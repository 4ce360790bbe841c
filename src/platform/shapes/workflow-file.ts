import { z } from "zod"
import type { Issue } from "./issue"
import { readJsonText } from "./json-text"
import { graphDefinitionSchema, named, nodeSchema } from "./workflow-node"

/** A workflow file that people write. The nodes may also be nested as in the API. */
const workflowFile = z.preprocess(
  (given) => {
    const { graph_definition: graph, ...rest } = Object(given)
    return typeof graph === "object" && graph && !("nodes" in rest) ? { ...rest, ...graph } : given
  },
  z.strictObject({
    name: named.name.optional(),
    description: named.description,
    ...graphDefinitionSchema.shape,
  }),
)
export type WorkflowFile = z.infer<typeof workflowFile>

export type Fault = {
  line: number
  /** The id of the node it concerns, or null. */
  node: string | null
  message: string
}

export type Source = {
  /** Undefined if the text doesn't have the right shape. */
  file?: WorkflowFile
  faults: Fault[]
  /** Locates issues that were found later in the text. */
  faultsOf: (issues: Issue[]) => Fault[]
}

/** Parses a definition from JSON that a person typed. */
export function readSource(text: string): Source {
  const json = readJsonText(text)
  if ("fault" in json) return { faults: [{ ...json.fault, node: null }], faultsOf: () => [] }
  const { value, lineOf } = json
  const isNested = Object(value).nodes === undefined
  const given: unknown = Object(isNested ? Object(value).graph_definition : value).nodes
  const faultOf = (path: (string | number)[], message: string): Fault => {
    const [first, index, ...field] = path
    const inNode = first === "nodes" && typeof index === "number"
    const { id } = Object(inNode && Array.isArray(given) ? given[index] : undefined)
    const node = inNode ? (typeof id === "string" ? id : `nodes[${index}]`) : null
    const place = isNested && first === "nodes" ? ["graph_definition", ...path] : path
    const where = (inNode ? field : path).join(".")
    return { line: lineOf(place), node, message: where ? `${where}: ${message}` : message }
  }
  const faultsOf = (issues: Issue[]) =>
    issues.map(({ path, message }) => faultOf(partsOf(path), message))
  const read = workflowFile.safeParse(value)
  if (read.success) return { file: read.data, faults: unnamed(read.data), faultsOf }
  const faults = read.error.issues.map(({ path, message }) =>
    faultOf(
      path.map((part) => (typeof part === "number" ? part : String(part))),
      message,
    ),
  )
  return { faults, faultsOf }
}

/** Formats a definition as the file that `readSource` and `amelia run` read. */
export function writeSource({ name, description, nodes }: WorkflowFile): string {
  // The database does not keep the order of keys.
  const ordered = nodes.map((node) => nodeSchema.safeParse(node).data ?? node)
  const file = { name, ...(description ? { description } : {}), nodes: ordered }
  const text = JSON.stringify(file, null, 2)
  // Keep lists of ids on one line. A bracket at the end of a line is never inside a string.
  const list = /\[\n\s+("(?:[^"\\]|\\.)*"(?:,\n\s+"(?:[^"\\]|\\.)*")*)\n\s+\]/g
  return `${text.replace(list, (_, items: string) => `[${items.replace(/,\n\s+/g, ", ")}]`)}\n`
}

function unnamed({ name }: WorkflowFile): Fault[] {
  return name ? [] : [{ line: 1, node: null, message: "name: Give the workflow a name." }]
}

/** Splits a path such as graph_definition.nodes.0.when into its parts in a file. */
function partsOf(path: string): (string | number)[] {
  const parts = path.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  return parts[0] === "graph_definition" ? parts.slice(1) : parts
}

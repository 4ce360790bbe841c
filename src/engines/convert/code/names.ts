import type { Node } from "web-tree-sitter"

/** How the grammars name declarations, and nodes that look like one but name nothing. */
const declares =
  /(?:^|_)(?:definition|declaration|item|specifier|signature|spec|declarator|module)$/
const namesNothing = /^(?:import|export)_|parameter/
/** Nodes around a declaration, such as `export`, decorators or `const`. */
const wraps =
  /^(?:(?:export|expression)_statement|decorated_definition|(?:template|lexical|variable|type|const|var|ambient|field)_declaration|linkage_specification)$/
const WRAPPED_MAX = 8
const NAME_LENGTH_MAX = 100

/** Returns the name that a node declares, perhaps inside wrappers, if it is exactly one. */
export function nameOf(node: Node): string | undefined {
  const own = ownName(node)
  if (own || !wraps.test(node.type) || node.namedChildCount > WRAPPED_MAX) return own
  const [name, another] = node.namedChildren.flatMap((child) => nameOf(child) ?? [])
  return another === undefined ? name : undefined
}

function ownName(node: Node): string | undefined {
  if (!declares.test(node.type) || namesNothing.test(node.type)) return undefined
  const named =
    node.childForFieldName("name") ??
    (node.type === "impl_item" ? node.childForFieldName("type") : declaratorOf(node))
  return named?.text.replace(/\s+/g, " ").slice(0, NAME_LENGTH_MAX).toWellFormed() || undefined
}

/** In C, a name is nested in its declarator: `int *(*name)(void)`. */
function declaratorOf(node: Node): Node | undefined {
  const inner = node.childForFieldName("declarator")
  return inner ? (declaratorOf(inner) ?? inner) : undefined
}

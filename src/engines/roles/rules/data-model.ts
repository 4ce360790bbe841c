import { announces, isField, isStatement, namesRecord } from "./cues"
import { readableName, titleName } from "./names"
import { codeSpans } from "./plain"
import { sectionKind } from "./section-kind"
import { sectionsOf } from "./sections"
import type { Unit } from "./unit"

/** A record whose fields the documents describe. */
type Entity = { entity: string; fields: string[]; description: string; unit: Unit }

const FIELDS_MAX = 30
/** An example with fewer shows too little of a record. */
const EXAMPLE_FIELDS_MIN = 3
const declaration =
  /^(?:export\s+)?(?:pub\s+)?(?:type|interface|class|struct|enum|model|message|create table(?: if not exists)?)\s+["`]?([\w.]+)/i
/** `id, type, status`: fields without types. */
const names = /^\s*[A-Za-z_]\w*(?:,\s*[A-Za-z_]\w*)+,?\s*$/
const comment = /^\s*(?:\/\/|\/?\*|#|--)/
const notAField =
  /^(?:return|if|else|for|while|def|func|function|constructor|public|private|primary|foreign|unique|constraint|check|index|key)$/i

/** Finds entities in field lists in code, field tables, declarations and sentences about parts. */
export function entitiesOf(units: readonly Unit[]): Entity[] {
  const found = [
    ...units.flatMap(fromFieldList),
    ...fromTables(units),
    ...fromDeclarations(units),
    ...fromJson(units),
    ...fromLists(units),
    ...units.flatMap(fromSentence),
  ].filter(({ fields, unit }) => fields.length > (unit.kind === "code" ? 0 : 1))
  const key = ({ entity }: Entity) => entity.toLowerCase()
  const best = Map.groupBy(found, key)
  return [...best.values()].flatMap((same) =>
    same.toSorted((a, b) => b.fields.length - a.fields.length).slice(0, 1),
  )
}

/** Reads ``Run `{id, status, nodes: […]}` ``: the words before the braces name the record. */
function fromFieldList(unit: Unit): Entity[] {
  if (!isStatement(unit)) return []
  const lists = unit.quote.matchAll(/`([^`]*?\{[^`]*\})`/g)
  return [...lists].flatMap((match, nth) => {
    const list = match[1] ?? ""
    if (/^(?:GET|POST|PUT|PATCH|DELETE)\b/.test(list)) return []
    const fields = topLevelFields(list.slice(list.indexOf("{") + 1, list.lastIndexOf("}")))
    const prefix = list.slice(0, list.indexOf("{")).trim()
    const lead = nth === 0 ? leadName(unit) : undefined
    const entity = lead ?? nameBefore(unit.quote.slice(0, match.index)) ?? wordOf(prefix)
    return entity ? [{ entity, fields, description: unit.text, unit }] : []
  })
}

function topLevelFields(list: string): string[] {
  let depth = 0
  let flat = ""
  for (const character of list) {
    if (/[[{(<]/.test(character)) depth += 1
    else if (/[\]})>]/.test(character)) depth -= 1
    else if (depth === 0) flat += character
  }
  const fields = flat.split(",").map((field) => field.split(":")[0] ?? "")
  const names = fields.map((field) => field.replace(/["'?]/g, "").trim().split(/\s/)[0] ?? "")
  return [...new Set(names)].filter((name) => /^[A-Za-z_]\w*$/.test(name)).slice(0, FIELDS_MAX)
}

/** Reads `**Workflow**: ` or `Document ` directly before the code span. */
function nameBefore(text: string): string | undefined {
  const [, word] =
    /([A-Za-z][\w-]*)\**\s*(?::|=|\s(?:is|are|has|holds|with)(?:\s+an?)?)?\s*$/.exec(text) ?? []
  const filler =
    /^(?:a|an|the|is|are|of|with|takes?|gives?|answers?|returns?|body|json|like|as|or|and|to|from|by|for|in|on|data|its?|optional|welcome|always|object)$/i
  return word && word.length > 2 && !filler.test(word) ? readableName(word) : undefined
}

function wordOf(prefix: string): string | undefined {
  return /^[A-Z]\w+$/.test(prefix) ? prefix : undefined
}

function leadName(unit: Unit): string | undefined {
  const [, lead] = /^\*\*([^*]+)\*\*/.exec(unit.quote) ?? []
  return lead ? readableName(lead) : undefined
}

function fromTables(units: readonly Unit[]): Entity[] {
  const rows = units.filter(isField)
  const records = Map.groupBy(rows.filter(namesRecord), ({ cells: [record = ""] }) =>
    record.replace(/`/g, ""),
  )
  return [
    ...[...records].flatMap(([record, rows]) => fromRows(readableName(record), rows, 1)),
    ...sectionsOf(rows.filter((unit) => !namesRecord(unit))).flatMap(
      ({ title, headings, units }) => {
        const named = /^(?:data(?: model)?|fields|schema|model|entities|storage)$/i.test(title)
        return fromRows(titleName(named ? (headings.at(-2) ?? title) : title), units, 0)
      },
    ),
  ]
}

function fromRows(entity: string | undefined, rows: readonly Unit[], column: number): Entity[] {
  const [unit] = rows
  const fields = rows.flatMap(({ cells }) => {
    const spans = codeSpans(cells[column] ?? "")
    return spans.length ? spans : [(cells[column] ?? "").split(/[\s(,]/)[0] ?? ""]
  })
  const listed = [...new Set(fields)].filter((field) => /^[\w.-]+$/.test(field))
  if (!unit || !entity) return []
  const description = `A table of ${unit.header.join(", ").replace(/`/g, "")}.`
  return [{ entity, fields: listed.slice(0, FIELDS_MAX), description, unit }]
}

/** Reads a list of parts under a title such as "Customer data", or "Stored data" of a topic. */
function fromLists(units: readonly Unit[]): Entity[] {
  const isPart = (unit: Unit) => unit.kind === "item" && !announces(unit)
  const parts = units.filter((unit) => unit.purpose === "data" && isPart(unit))
  return sectionsOf(parts).flatMap(({ title, units }) => {
    const [unit] = units
    const isRecord = sectionKind([title]) !== "data" || /^\p{L}{3,}daten$/iu.test(title)
    const entity = isRecord ? titleName(title) : unit?.topic?.name
    if (!unit || !entity || /entit/i.test(title)) return []
    const fields = units.map(({ text }) => text.split(/\s*[(:–—]/)[0]?.trim() ?? "")
    const listed = new Set(fields.filter((field) => field && !field.includes("=")))
    return [
      {
        entity,
        fields: [...listed].slice(0, FIELDS_MAX),
        description: `Listed under “${title}”.`,
        unit,
      },
    ]
  })
}

/** Reads declarations of records in code: types, classes, structs, messages and SQL tables. */
function fromDeclarations(units: readonly Unit[]): Entity[] {
  return units.flatMap((unit) => {
    const name = unit.kind === "code" ? declaration.exec(unit.text)?.[1] : undefined
    if (!name) return []
    const [, inline = ""] = /[{(](.*)$/.exec(unit.text) ?? []
    const lines = inline.split(/[,;](?![^<(]*[>)])/)
    const isOpen = /[{(:]\s*$/.test(unit.text) || /^create table/i.test(unit.text)
    const below = unit.block.split("\n")
    const from = below.findIndex((line) => line.trim() === unit.text) + 1
    for (const line of isOpen ? below.slice(from) : []) {
      if (/^\s*[})]/.test(line) || declaration.test(line)) break
      lines.push(line)
    }
    const fields = lines.flatMap((line) => {
      if (comment.test(line)) return []
      if (names.test(line)) return line.match(/[A-Za-z_]\w*/g) ?? []
      return /^\s*["`]?([A-Za-z_]\w*)["`]?\??(?::|\s+[\w*[<"&])/.exec(line)?.[1] ?? []
    })
    const own = [...new Set(fields)].filter((field) => !notAField.test(field))
    const description = `Declared as \`${unit.text.replace(/\s*[{(].*$/, "")}\`.`
    return [{ entity: name, fields: own.slice(0, FIELDS_MAX), description, unit }]
  })
}

/** Reads JSON in code: schemas, and examples of an object with a name, as in `{"user": {…}}`. */
function fromJson(units: readonly Unit[]): Entity[] {
  const first = units.filter(({ kind, text }) => kind === "code" && text.startsWith("{"))
  return first.flatMap((unit) => {
    const value = parsed(unit.block)
    const { title, properties } = Object(value)
    if (properties) {
      const name = typeof title === "string" ? title : titleName(unit.headings.at(-1) ?? "")
      return entityOf(name, properties, "A JSON schema.", unit)
    }
    const [[name, inner] = ["", null], ...others] = Object.entries(Object(value))
    const isNamed = others.length === 0 && Object.keys(Object(inner)).length >= EXAMPLE_FIELDS_MIN
    return isNamed ? entityOf(name, inner, "An example in JSON.", unit) : []
  })
}

function entityOf(
  entity: string | undefined,
  properties: unknown,
  description: string,
  unit: Unit,
): Entity[] {
  const isList = Array.isArray(properties)
  const fields = isList ? [] : Object.keys(Object(properties)).slice(0, FIELDS_MAX)
  return entity && fields.length ? [{ entity, fields, description, unit }] : []
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const possession =
  /^(?:an?|each|every)\s+([\p{L}-]+(?: [\p{L}-]+)??)\s+(?:must |should |always )?(?:has|have|holds?|contains?|consists? of|records?|stores?)\s+([^:;]+?)\.?$/iu
const part =
  /^(?:(?:an?|the|its|one|two|several|many|optional|(?:zero|one) or more|any number of)\s+)*([\p{L}-]+(?: (?:of )?[\p{L}-]+)?)$/iu
/** Words that turn a part into a clause, a comparison or a wish, which names no field. */
const notAPart =
  /\b(?:to|that|which|who|not?|be|been|is|are|can|most|least|than|never|only|exactly|access|effect|right)\b/i

/** Reads `A link has a URL, a title and tags.`: a noun and the parts it consists of. */
function fromSentence(unit: Unit): Entity[] {
  if (unit.kind !== "sentence" && unit.kind !== "item") return []
  const [, thing, list = ""] = possession.exec(unit.text.replace(/ \([^)]*\)/g, "")) ?? []
  const entity = thing ? readableName(thing) : undefined
  if (!entity) return []
  const parts = list.split(/,\s*(?:and\s+|or\s+)?|\s+and\s+/i)
  const fields = parts.flatMap((text) => (notAPart.test(text) ? [] : (part.exec(text)?.[1] ?? [])))
  if (fields.length < parts.length) return []
  return [{ entity, fields: [...new Set(fields)], description: unit.text, unit }]
}

import type { Piece } from "./unit"

/** The column of a table that holds the statement, beside its number and its priority. */
const statement =
  /^(?:(?:\w+ )?requirements?|user stor(?:y|ies)|stor(?:y|ies)|acceptance criteri(?:a|on)|goals?|objectives?|\p{L}*anforderung(?:en)?|ziele?|exigences?|besoins?|objectifs?)$/iu
/** Columns that say nothing of what is demanded. */
const remark =
  /^(?:id|no\.?|nr\.?|n°|#|priority|prio|status|state|owner|release|version|source|priorität|quelle|priorité|statut|état)$/iu
const keys =
  /^(?:fields?|keys?|items?|attributes?|property|feld|schlüssel|merkmal|champ|élément)$/iu
const values = /^(?:values?|details?|content|wert|inhalt|valeur|contenu)$/iu
/** In a table of one requirement, the row that states it. */
const description = /^(?:description|statement|requirement|beschreibung|anforderung|exigence)$/iu

/** True for a table that describes one thing, by a key and a value in each row. */
const isSheet = ([key = "", value = "", ...others]: readonly string[]): boolean =>
  others.length === 0 && keys.test(key) && values.test(value)

/** Returns a row's statement with its number, or all its cells. */
export function readableRow(header: readonly string[], cells: readonly string[]): string {
  const [first = "", ...others] = cells.filter(Boolean)
  if (isSheet(header) && description.test(first)) return others.join("; ")
  const stated = header.findIndex((title) => statement.test(title))
  const said = stated < 0 ? undefined : cells[stated]
  if (!said) return others.length ? `${first}: ${others.join("; ")}` : first
  const limits = cells.filter((cell, at) => cell && at > stated && !remark.test(header[at] ?? ""))
  const text = [said, ...limits].join(": ")
  return stated > 0 && /\d/.test(first) ? `${first}: ${text}` : text
}

/** True for a row of a sheet other than its statement, such as the version and the author. */
export function isRemark({ kind, header, cells }: Piece): boolean {
  return kind === "row" && isSheet(header) && !description.test(cells[0] ?? "")
}

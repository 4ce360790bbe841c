/** Returns the row of a statement that always returns one, such as an insert. */
export function firstRow<T>([row]: T[]): T {
  if (row === undefined) throw new Error("A statement returned no row.")
  return row
}

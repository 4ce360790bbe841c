import { type Place, readWindow } from "../../engines/convert/chunk/window"
import type { DbDeps } from "../../platform/deps"
import { AppError } from "../../platform/errors"
import type { TextWindow } from "../../platform/shapes/document"
import { presentDetail } from "./present"
import type { DocumentHead } from "./schema"
import { requireDocument, requireVersion } from "./service"
import { findDocument } from "./store"
import { readText } from "./versions-store"

/** Longer texts are not compared with other versions. */
const COMPARED_MAX = 200_000

/** Returns a document without its text. `version` defaults to the searched one. */
export async function getHead({ db }: DbDeps, id: string, version?: number): Promise<DocumentHead> {
  const row = await requireDocument({ db }, id)
  const number = version ?? row.indexedVersion
  const of = number === null ? undefined : await requireVersion({ db }, id, number)
  const { content: _, ...head } = presentDetail(row, "", of?.status === "indexed" ? of : undefined)
  return head
}

export async function getNamed({ db }: DbDeps, name: string): Promise<string> {
  const row = await findDocument(db, name, "name")
  if (row) return row.id
  throw new AppError("DocumentNotFoundError", `There is no document named ${name}.`, { name })
}

/** Reads the text at a place, or its beginning if the text ends before that place. */
export async function readPart(
  { db }: DbDeps,
  key: { documentId: string; version: number },
  place: Place,
): Promise<TextWindow> {
  const part = await readWindow(readText(db, key), place)
  return part.text === "" ? await readWindow(readText(db, key), { from: 0 }) : part
}

/** Reads the whole text of a version. Returns undefined if it is too long to compare. */
export async function readCompared(
  { db }: DbDeps,
  key: { documentId: string; version: number },
): Promise<string | undefined> {
  const { text, hasMore } = await readWindow(readText(db, key), { from: 0 }, COMPARED_MAX)
  return hasMore ? undefined : text
}

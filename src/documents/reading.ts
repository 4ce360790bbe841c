import type { Deps } from "../deps"
import { presentDetail } from "./present"
import type { DocumentHead } from "./schema"
import { requireDocument, requireVersion } from "./service"
import { readText } from "./versions-store"
import { type Place, readWindow, type TextWindow } from "./window"

/** A longer text is not compared with another version. */
const COMPARED_MAX = 200_000

/**
 * One document without its text; its `content_version` is the version whose text can be read, by
 * default the one that is searched.
 */
export async function getHead(
  { db }: Pick<Deps, "db">,
  id: string,
  version?: number,
): Promise<DocumentHead> {
  const row = await requireDocument({ db }, id)
  const number = version ?? row.indexedVersion
  const of = number === null ? undefined : await requireVersion({ db }, id, number)
  const { content: _, ...head } = presentDetail(row, "", of?.status === "indexed" ? of : undefined)
  return head
}

/** The part of the text at that place, or its beginning where the text ends before. */
export async function readPart(
  { db }: Pick<Deps, "db">,
  key: { documentId: string; version: number },
  place: Place,
): Promise<TextWindow> {
  const part = await readWindow(readText(db, key), place)
  return part.text === "" ? await readWindow(readText(db, key), { from: 0 }) : part
}

/** The whole text of a version; undefined if it is too long to be compared. */
export async function readCompared(
  { db }: Pick<Deps, "db">,
  key: { documentId: string; version: number },
): Promise<string | undefined> {
  const { text, hasMore } = await readWindow(readText(db, key), { from: 0 }, COMPARED_MAX)
  return hasMore ? undefined : text
}

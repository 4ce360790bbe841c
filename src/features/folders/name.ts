import { extensionOf } from "../../engines/convert/extension"
import { safeName } from "../documents/names"

/** Behind a folder's name, what PostgreSQL can index of characters of up to three bytes. */
const LENGTH_MAX = 600

/** What a file's document says of where it is from. */
export type FileMetadata = { folder_id: string; path: string }

/**
 * The name of a file's document: the folder's name and the path in it. Where that can't be stored
 * as it is, a hash tells it from others that are left the same.
 */
export function documentName(folder: string, path: string): string {
  const safe = path.split("/").map(safeName).join("/")
  if (safe === path && safe.length <= LENGTH_MAX) return `${folder}/${safe}`
  const extension = extensionOf(safe)
  const end = extension === "" ? "" : `.${extension}`
  const stem = safe.slice(0, LENGTH_MAX).slice(0, end ? -end.length : undefined)
  return `${folder}/${stem.toWellFormed()}~${hash(path)}${end}`
}

function hash(path: string): string {
  return new Bun.CryptoHasher("sha256").update(path).digest("hex").slice(0, 8)
}

import { extensionOf } from "../../engines/convert/extension"
import { safeName } from "../documents/names"

/** The most characters after a folder's name that PostgreSQL can index at three bytes each. */
const LENGTH_MAX = 600

/** Names a file's document. A hash keeps the name unique if the path can't be stored as it is. */
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

import type { Context } from "hono"
import { version } from "../../../package.json"
import type { Frame } from "./schema"

/** The data that every page's frame shows. */
export function frameOf(c: Context): Frame {
  return { version, signedIn: c.var.signedIn ?? false }
}

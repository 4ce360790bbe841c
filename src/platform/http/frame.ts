import type { Context } from "hono"
import { version } from "../../../package.json"
import type { Frame } from "./schema"

/** What stands around every page. */
export function frameOf(c: Context): Frame {
  return { version, signedIn: c.var.signedIn ?? false }
}

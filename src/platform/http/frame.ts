import type { Context } from "hono"
import { version } from "../../../package.json"
import type { Frame } from "./schema"

export function frameOf(c: Context): Frame {
  return { version, assets: c.var.bundler.addresses(), signedIn: c.var.signedIn ?? false }
}

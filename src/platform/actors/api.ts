import { Hono } from "hono"
import { z } from "zod"
import type { PlatformDeps } from "../deps"
import { AppError } from "../errors"
import { readOptionalJson } from "../http/validate"
import { isOurTerminal, programOf } from "./actor"

/** No letters that are easily confused. */
const LETTERS = "ACDEFGHJKLMNPQRTUVWXY"

/** `POST /`: issues a proof and a code to type, to `amelia` only. Throws ForbiddenActorError. */
export function presenceApi(deps: Pick<PlatformDeps, "peers" | "presence">): Hono {
  return new Hono().post("/", async (c) => {
    await readOptionalJson(c, z.strictObject({}))
    const program = await programOf(c, deps)
    if (!program || !isOurTerminal(program)) {
      const sentence = "Confirm this on its page, or with the amelia command on a terminal."
      throw new AppError("ForbiddenActorError", sentence, { program: program?.name ?? null })
    }
    const random = crypto.getRandomValues(new Uint8Array(4))
    const code = [...random].map((byte) => LETTERS[byte % LETTERS.length]).join("")
    return c.json({ proof: deps.presence.issue("terminal", program.pid), code }, 201)
  })
}

import { Hono } from "hono"
import { z } from "zod"
import { LoginPage } from "../../../views/login"
import type { PlatformDeps } from "../../platform/deps"
import { AppError } from "../../platform/errors"
import { clientAddress } from "../../platform/http/client-address"
import { acceptsHtml } from "../../platform/http/errors"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { isSame } from "../../platform/http/token"
import { readQuery } from "../../platform/http/validate"
import { isSignedIn, signIn, signOut } from "./cookie"
import { nextPath } from "./next-path"

const next = z.string().default("/").transform(nextPath)
const loginQuery = z.object({ next })
const loginForm = z.strictObject({ token: z.string().trim(), next })

/** `/login` and `/logout`, for browsers. Without AMELIA_TOKEN there is nothing to log in to. */
export function loginPages(
  deps: Pick<PlatformDeps, "config" | "db">,
  countWrong: (client: string) => void,
): Hono {
  const token = deps.config.ameliaToken
  return new Hono()
    .get("/login", async (c) => {
      const { next } = readQuery(c, loginQuery)
      if (token === undefined || (await isSignedIn(c, deps))) return c.redirect(next, 303)
      return c.html(LoginPage({ next, ...frameOf(c) }))
    })
    .post("/login", async (c) => {
      const { token: given, next } = await readForm(c, loginForm)
      if (token === undefined) return c.redirect(next, 303)
      if (!isSame(given, token)) {
        countWrong(clientAddress(c) ?? "")
        const wrong = "That is not this server's token (AMELIA_TOKEN)."
        c.header("WWW-Authenticate", "Bearer")
        if (!acceptsHtml(c)) throw new AppError("UnauthorizedError", wrong)
        return c.html(LoginPage({ next, wrong, ...frameOf(c) }), 401)
      }
      await signIn(c, deps)
      return c.redirect(next, 303)
    })
    .post("/logout", async (c) => {
      await signOut(c, deps)
      return c.redirect(token === undefined ? "/" : "/login", 303)
    })
}

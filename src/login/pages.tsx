import { Hono } from "hono"
import { z } from "zod"
import { version } from "../../package.json"
import { LoginPage } from "../../views/login"
import type { Deps } from "../deps"
import { AppError } from "../errors"
import { acceptsHtml } from "../http/errors"
import { limitRate } from "../http/rate-limit"
import { isSame, isSignedIn, signIn, signOut } from "../http/session"
import { readForm, readQuery } from "../http/validate"
import { nextPath } from "./next-path"

const next = z.string().default("/").transform(nextPath)
const loginQuery = z.object({ next })
const loginForm = z.strictObject({ token: z.string().trim(), next })

/** Anybody may send this form, so how often it is tried is limited. */
const attempts = { count: 10, windowSeconds: 60 }

/** `/login` and `/logout`, for browsers. Without AMELIA_TOKEN there is nothing to log in to. */
export function loginPages({ config }: Pick<Deps, "config">): Hono {
  const token = config.ameliaToken
  const limitAttempts = limitRate(attempts, {
    what: "attempts to log in",
    help: "The token is the AMELIA_TOKEN that the server was started with.",
  })
  return new Hono()
    .get("/login", (c) => {
      const { next } = readQuery(c, loginQuery)
      if (token === undefined || isSignedIn(c, token)) return c.redirect(next, 303)
      return c.html(LoginPage({ next, version }))
    })
    .post("/login", limitAttempts, async (c) => {
      const { token: given, next } = await readForm(c, loginForm)
      if (token === undefined) return c.redirect(next, 303)
      if (!isSame(given, token)) {
        const wrong = "That is not the token of this server (AMELIA_TOKEN)."
        c.header("WWW-Authenticate", "Bearer")
        if (!acceptsHtml(c)) throw new AppError("UnauthorizedError", wrong)
        return c.html(LoginPage({ next, wrong, version }), 401)
      }
      signIn(c, token)
      return c.redirect(next, 303)
    })
    .post("/logout", (c) => {
      signOut(c)
      return c.redirect(token === undefined ? "/" : "/login", 303)
    })
}

import type { Frame } from "../src/platform/http/schema"
import { Layout } from "./layout"

export type LoginPageProps = Frame & {
  /** The path to open after the login. */
  next: string
  /** Why the last attempt failed, in a sentence. */
  wrong?: string
}

/** Asks for the server's token. A plain form, so that it works without scripts. */
export function LoginPage({ next, wrong, ...frame }: LoginPageProps): JSX.Element {
  return (
    <Layout title="Log in" {...frame} bare>
      <form class="panel login" method="post" action="/login">
        <h1>Log in</h1>
        <p class="muted">
          This server requires a token. It is the value of the setting AMELIA_TOKEN.
        </p>
        <input type="hidden" name="next" value={next} />
        <label for="token">Token</label>
        <input
          id="token"
          type="password"
          name="token"
          required
          autofocus
          autocomplete="current-password"
          autocapitalize="off"
          spellcheck="false"
          aria-invalid={wrong === undefined ? undefined : "true"}
          aria-describedby={wrong === undefined ? undefined : "wrong"}
        />
        {wrong !== undefined ? (
          <p id="wrong" class="wrong" role="alert" safe>
            {wrong}
          </p>
        ) : null}
        <button class="button primary" type="submit">
          Log in
        </button>
      </form>
    </Layout>
  )
}

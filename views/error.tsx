import type { ErrorPageProps } from "../src/platform/http/schema"
import { Layout } from "./layout"

/** The way back from whatever went wrong. static/notice.js reads the message from here, too. */
export function ErrorPage({
  status,
  name,
  message,
  request_id,
  ...frame
}: ErrorPageProps): JSX.Element {
  const title =
    status === 404 ? "Not found" : status < 500 ? "That did not work" : "Something broke"
  return (
    <Layout title={title} {...frame}>
      <div class="error-page">
        <p class="overline number">{status}</p>
        <h1>{title}</h1>
        <p class="lead" data-error-message safe>
          {message}
        </p>
        <dl class="facts">
          <dt>Error</dt>
          <dd>
            <code data-error-name safe>
              {name}
            </code>
          </dd>
          <dt>Request</dt>
          <dd>
            <code data-error-request safe>
              {request_id}
            </code>
          </dd>
        </dl>
        {status >= 500 && <p class="muted">The log has the cause under this request id.</p>}
        <p>
          <a class="button" href="/">
            Back to the home page
          </a>
        </p>
      </div>
    </Layout>
  )
}

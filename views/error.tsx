import { escapeHtml } from "@kitajs/html"
import type { ErrorPageProps } from "../src/platform/http/schema"
import { Layout } from "./layout"

/** An error with a link back. Scripts read the problems and the message from this page. */
export function ErrorPage({
  status,
  name,
  message,
  request_id,
  problems,
  ...frame
}: ErrorPageProps): JSX.Element {
  const title =
    status === 404 ? "Not found" : status < 500 ? "That didn't work" : "Something went wrong"
  return (
    <Layout title={title} {...frame}>
      <div class="error-page">
        <p class="overline number">{status}</p>
        <h1>{title}</h1>
        <p class="lead" data-error-message safe>
          {message}
        </p>
        <ul hidden>
          {problems.map(({ fields, message }) => (
            <li data-problem={escapeHtml(fields.join(" "))} safe>
              {message}
            </li>
          ))}
        </ul>
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
        {status >= 500 && <p class="muted">Find this request id in the log to see the cause.</p>}
        <p>
          <a class="button" href="/">
            Back to the home page
          </a>
        </p>
      </div>
    </Layout>
  )
}

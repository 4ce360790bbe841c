/**
 * A form that htmx posts where scripts run: an answer that is an error is told in a notice
 * (static/notice.js), and what was written stays. The other answers say where to go on.
 */
export function posted(action: string): Record<string, string> {
  return { method: "post", action, "hx-post": action, "hx-swap": "none" }
}

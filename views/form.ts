/**
 * Attributes of a form that htmx posts if scripts run. An error shows as a notice (static/notice.js)
 * and keeps the input. Any other response redirects.
 */
export function posted(action: string): Record<string, string> {
  return { method: "post", action, "hx-post": action, "hx-swap": "none" }
}

/**
 * Attributes of a form that htmx posts if scripts run. Errors show beside its fields, with the input
 * kept: static/problems.js does it, and without scripts the server. Any other response redirects.
 */
export function posted(action: string): Record<string, string> {
  return { method: "post", action, "hx-post": action, "hx-swap": "none" }
}

/** Attributes of a form after which the conversation is another. Without scripts, the page is. */
export function answering(action: string): Record<string, string> {
  const target = { "hx-target": "#conversation", "hx-swap": "outerMorph" }
  return { method: "post", action, "hx-post": action, ...target }
}

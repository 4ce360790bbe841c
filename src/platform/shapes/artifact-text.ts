/** Without the list of sources at its end; a text within may have a heading of the same name. */
export function withoutSources(artifact: string): string {
  const at = artifact.lastIndexOf("\n## Sources\n")
  return at < 0 ? artifact : artifact.slice(0, at)
}

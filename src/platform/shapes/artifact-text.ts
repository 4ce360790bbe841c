/** Removes the list of sources at the end. The text may contain other headings of that name. */
export function withoutSources(artifact: string): string {
  const at = artifact.lastIndexOf("\n## Sources\n")
  return at < 0 ? artifact : artifact.slice(0, at)
}

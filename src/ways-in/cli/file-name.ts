/** Replaces control characters: a file's name must not control the terminal. */
export function shown(name: string): string {
  return name.replace(/\p{Cc}/gu, "?")
}

/** Removes control characters but line ends and tabs: a model's text could rule the terminal. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, "")
}

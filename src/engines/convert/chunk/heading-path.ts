/** Tracks the headings above the current text, outermost first. */
export class HeadingPath {
  #open: { level: number; title: string }[] = []

  /** Enters a heading, which ends those of its level and below. Returns the new path. */
  enter(level: number, title: string): string[] {
    this.#open = [...this.#open.filter((heading) => heading.level < level), { level, title }]
    return this.#open.map((heading) => heading.title).filter((title) => title !== "")
  }
}

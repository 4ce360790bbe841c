/** The headings that the text at some place stands under, outermost first. */
export class HeadingPath {
  #open: { level: number; title: string }[] = []

  /** Comes to a heading, which ends those of its own level and below; the path from there on. */
  enter(level: number, title: string): string[] {
    this.#open = [...this.#open.filter((heading) => heading.level < level), { level, title }]
    return this.#open.map((heading) => heading.title).filter((title) => title !== "")
  }
}

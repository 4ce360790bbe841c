/** One page of the documentation. `file` is its source's path in the repository. */
export type Doc = { name: string; file: string; title: string; about: string }

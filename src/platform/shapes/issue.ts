/** What is wrong with one field of an input. */
export type Issue = { path: string; message: string }

const MB = 1024 ** 2

/** Limits of a child process. A file that needs more fails, and nothing else does. */
export const processLimits = {
  /** Resident memory, which we watch ourselves: kernel limits don't fit JavaScript. */
  memoryBytes: 1536 * MB,
  /** Time without a message; the child sends one for each page and part. */
  silence_ms: 60_000,
  total_ms: 15 * 60_000,
}

export const limits = {
  pages: 5000,
  /** Total size of the archive entries that we read. */
  unpackedBytes: 200 * MB,
  /** Text length in UTF-16 units. */
  characters: 100 * MB,
} as const

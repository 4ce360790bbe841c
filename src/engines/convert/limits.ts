const MB = 1024 ** 2

/** What the process of a conversion may take. A file that needs more fails, and nothing else does. */
export const processLimits = {
  /** Resident memory of the process; it is looked at, since no limit of the kernel fits JavaScript. */
  memoryBytes: 1536 * MB,
  /** Without a word from the process, which tells of each page and each part. */
  silence_ms: 60_000,
  total_ms: 15 * 60_000,
}

/** What is read of a file. */
export const limits = {
  pages: 5000,
  /** Of what is read of an archive. */
  unpackedBytes: 200 * MB,
  /** Of the text, in UTF-16 units. */
  characters: 100 * MB,
} as const

/** Converts and indexes in the background what waits for it, one document after another. */
export type Conversions = {
  /** Says that there may be something to convert. */
  wake(): void
  /** Ends what is done for a document that is gone or has a newer version. */
  cancel(documentId: string): void
  /** Removes what a killed process left half done, and goes on with what waits. */
  takeOver(): Promise<void>
  /** Ends what is being converted, which begins anew at the next start. */
  close(): Promise<void>
}

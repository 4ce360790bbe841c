import { open, rm } from "node:fs/promises"

/**
 * Writes a new file that only its owner can read. Deletes it if writing fails, so that a full disk
 * keeps no partial file.
 */
export async function writeNewFile(
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const file = await open(path, "wx", 0o600)
  try {
    await file.writeFile(content)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

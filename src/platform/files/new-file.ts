import { open, rm } from "node:fs/promises"

/** Writes a new file for its owner alone. Deletes it if writing fails, as on a full disk. */
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

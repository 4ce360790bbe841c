import { open, rm } from "node:fs/promises"

/**
 * Writes a new file that its owner alone can read. Removes it if that fails, so that a full disk
 * keeps no half of it.
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

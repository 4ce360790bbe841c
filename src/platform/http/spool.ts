import { readSync } from "node:fs"
import { open, rm } from "node:fs/promises"
import { join } from "node:path"
import { makeHome } from "../home/home"

/**
 * Reads a long body as text. Until it is complete it is kept in an unnamed file, so clients that
 * send many bodies, or stop halfway, take up no memory.
 */
export async function readSpooled(home: string, body: AsyncIterable<Uint8Array>): Promise<string> {
  const path = join(await makeHome(home, "cache"), `body-${Bun.randomUUIDv7()}`)
  await using file = await open(path, "wx+", 0o600)
  await rm(path)
  await file.writeFile(body)
  const { size } = await file.stat()
  const bytes = Buffer.allocUnsafe(size)
  // Synchronous, so that each text is created and parsed before the next one takes its memory.
  readSync(file.fd, bytes, 0, size, 0)
  return bytes.toString()
}

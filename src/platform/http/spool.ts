import { readSync } from "node:fs"
import { open, rm } from "node:fs/promises"
import { join } from "node:path"
import { makeHome } from "../home/home"

/**
 * The text of a long body. Until it is complete it stands in a file without a name, so clients that
 * send many of them, or stop halfway, take no memory.
 */
export async function readSpooled(home: string, body: AsyncIterable<Uint8Array>): Promise<string> {
  const path = join(await makeHome(home, "cache"), `body-${Bun.randomUUIDv7()}`)
  await using file = await open(path, "wx+", 0o600)
  await rm(path)
  await file.writeFile(body)
  const { size } = await file.stat()
  const bytes = Buffer.allocUnsafe(size)
  // Not awaited, so that one such text is made and parsed before the next one takes its memory.
  readSync(file.fd, bytes, 0, size, 0)
  return bytes.toString()
}

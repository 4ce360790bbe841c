import { unzipSync, zipSync } from "fflate"
import mammoth from "mammoth"
import { type Converted, Unreadable } from "./converted"
import { limits } from "./limits"
import { toMarkdown } from "./markdown"

/** The text of a Word document as Markdown. Throws Unreadable for one that is broken or a bomb. */
export async function convertDocx(bytes: Uint8Array): Promise<Converted> {
  const buffer = Buffer.from(repacked(bytes))
  const convertImage = mammoth.images.imgElement(async () => ({ src: "" }))
  try {
    const { value } = await mammoth.convertToHtml({ buffer }, { convertImage })
    return { text: toMarkdown(withTableHeads(value)) }
  } catch (cause) {
    if (cause instanceof RangeError) throw new Unreadable("It is nested too deeply.", { cause })
    throw new Unreadable("It is no whole Word document: it is broken or cut off.", { cause })
  }
}

/** Most tables don't say that their first row is the heads of the columns, which Markdown needs. */
function withTableHeads(html: string): string {
  return html.replace(/<table><tr>.*?<\/tr>/gs, (row) => row.replace(/<(\/?)td/g, "<$1th"))
}

/**
 * A new archive of the parts that are read. They are unpacked to the sizes that they claim and not
 * a byte more, so that what reads this archive can't be led to unpack more than the limit.
 */
function repacked(bytes: Uint8Array): Uint8Array {
  let left = limits.unpackedBytes
  try {
    const parts = unzipSync(bytes, {
      filter({ name, originalSize }) {
        const isRead = /\.(xml|rels)$/i.test(name)
        if (isRead) left -= originalSize
        if (left < 0) throw new Bomb()
        return isRead
      },
    })
    return zipSync(parts, { level: 0 })
  } catch (cause) {
    if (!(cause instanceof Bomb)) throw new Unreadable("It is no whole archive.", { cause })
    const mb = limits.unpackedBytes / 1024 ** 2
    throw new Unreadable(`It unpacks to more than ${mb} MB.`, { cause })
  }
}

class Bomb extends Error {}

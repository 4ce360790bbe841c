import { unzipSync, zipSync } from "fflate"
import mammoth from "mammoth"
import { type Converted, Unreadable } from "./converted"
import { limits } from "./limits"
import { toMarkdown } from "./markdown"

/** Converts a Word document to Markdown. Throws Unreadable if it is damaged or a zip bomb. */
export async function convertDocx(bytes: Uint8Array): Promise<Converted> {
  const buffer = Buffer.from(repacked(bytes))
  const convertImage = mammoth.images.imgElement(async () => ({ src: "" }))
  try {
    const { value } = await mammoth.convertToHtml({ buffer }, { convertImage })
    return { text: toMarkdown(withTableHeads(value)) }
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new Unreadable("This document is nested too deeply.", { cause })
    throw new Unreadable("This Word document is damaged or incomplete.", { cause })
  }
}

/** Makes the first row of each table its header, which Markdown needs and Word rarely marks. */
function withTableHeads(html: string): string {
  return html.replace(/<table><tr>.*?<\/tr>/gs, (row) => row.replace(/<(\/?)td/g, "<$1th"))
}

/** Repacks what is read, so that nobody can unpack more bytes than each part claims to have. */
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
    if (!(cause instanceof Bomb))
      throw new Unreadable("This Word document is damaged or incomplete.", { cause })
    const mb = limits.unpackedBytes / 1024 ** 2
    throw new Unreadable(`This document unpacks to more than ${mb} MB.`, { cause })
  }
}

class Bomb extends Error {}

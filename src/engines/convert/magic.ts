export const zipFormat = "a ZIP archive or an Office document"

/** The first bytes of binary formats, as Latin-1, and the name of each format. */
const beginnings: [beginning: string, format: string][] = [
  ["%PDF-", "a PDF"],
  ["PK\x03\x04", zipFormat],
  ["PK\x05\x06", "an empty ZIP archive"],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or encrypted Office document"],
  ["{\\rtf", "an RTF document"],
  ["\x89PNG\r\n", "a PNG image"],
  ["\xff\xd8\xff", "a JPEG image"],
  ["GIF87a", "a GIF image"],
  ["GIF89a", "a GIF image"],
  ["II*\0", "a TIFF image"],
  ["MM\0*", "a TIFF image"],
  ["RIFF", "a RIFF media file"],
  ["ID3", "an MP3 file"],
  ["OggS", "an Ogg media file"],
  ["fLaC", "a FLAC file"],
  ["\x1f\x8b", "a gzip archive"],
  ["BZh", "a bzip2 archive"],
  ["\xfd7zXZ\0", "an xz archive"],
  ["7z\xbc\xaf\x27\x1c", "a 7-Zip archive"],
  ["Rar!\x1a\x07", "a RAR archive"],
  ["\x28\xb5\x2f\xfd", "a Zstandard archive"],
  ["\x7fELF", "a program"],
  ["MZ\x90\0", "a program"],
  ["\xca\xfe\xba\xbe", "a program"],
  ["\xcf\xfa\xed\xfe", "a program"],
  ["\0asm", "a WebAssembly module"],
  ["SQLite format 3\0", "an SQLite database"],
  ["%!PS", "a PostScript file"],
]

/** Names a binary format by its first bytes, such as "a PNG image". Undefined for text. */
export function binaryFormat(bytes: Uint8Array): string | undefined {
  const begin = String.fromCharCode(...bytes.subarray(0, 16))
  if (begin.slice(4, 8) === "ftyp") return "an MP4 file"
  return beginnings.find(([beginning]) => begin.startsWith(beginning))?.[1]
}

/** Extensions of files that aren't text. */
export const binaryExtensions: ReadonlySet<string> = new Set(
  (
    "pdf doc docx dot dotx xls xlsx ppt pptx odt ods odp rtf epub mobi pages numbers key zip " +
    "gz tgz bz2 xz 7z rar zst tar jar png jpg jpeg gif webp bmp tif tiff ico heic avif mp3 " +
    "mp4 m4a mov avi mkv webm wav flac ogg exe dll so dylib bin class wasm o a iso dmg deb " +
    "rpm sqlite db woff woff2 ttf otf"
  ).split(" "),
)

/** Why a file can't be converted, as a sentence for the person whose file it is. */
export class Unreadable extends Error {
  override readonly name = "Unreadable"
}

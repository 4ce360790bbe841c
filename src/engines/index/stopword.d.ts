/** Lists of words that carry no meaning of their own, by the language's ISO 639-3 code. */
declare module "stopword" {
  export const eng: string[]
  export const deu: string[]
  export const fra: string[]
}

import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { encodeModel, type Tensor } from "./onnx"

/** A model's files by their paths, as a hub has them. */
export type ModelFiles = Record<string, Uint8Array>

const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
const letters = [..."abcdefghijklmnopqrstuvwxyz0123456789"]
const words =
  `the a of and to in is it for on with harbour lantern keeper ship storm light sea wave rope sail
  anchor port captain fog bell shore tide engine oil lamp night watch log book apple tree garden
  flower seed soil rain sun fruit harvest spade bee honey bread oven flour yeast salt water dough`.split(
    /\s+/,
  )
/** Words, and letters for all other words. */
export const vocabulary = [
  ...special,
  ...new Set([...words, ...letters, ...letters.map((letter) => `##${letter}`)]),
]

/**
 * A tiny model of sentences: a random vector for each token. Its mean is near for texts that
 * share words, so that tests can tell what is to be found. Another seed is another model.
 */
export function tinyModel({ seed = 1, dimension = 384 } = {}): ModelFiles {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
  return {
    "config.json": json({
      model_type: "bert",
      hidden_size: dimension,
      architectures: ["BertModel"],
    }),
    "tokenizer.json": json(tokenizer()),
    "tokenizer_config.json": json({
      ...{ tokenizer_class: "BertTokenizer", model_max_length: 512, pad_token: "[PAD]" },
    }),
    "onnx/model.onnx": embeddingTable(seed, dimension),
  }
}

/** Copies a model into a home, as a user may do. */
export async function placeModel(home: string, name: string, files: ModelFiles): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await Bun.write(join(home, "models", name, path), bytes)
  }
  await mkdir(join(home, "models"), { recursive: true })
}

function embeddingTable(seed: number, dimension: number): Uint8Array {
  const weights: Tensor = {
    name: "weights",
    dims: [vocabulary.length, dimension],
    data: randomNumbers(vocabulary.length * dimension, seed),
  }
  const input = (name: string) => ({ name, type: "int64" as const, dims: ["batch", "length"] })
  return encodeModel({
    inputs: ["input_ids", "attention_mask", "token_type_ids"].map(input),
    outputs: [{ name: "last_hidden_state", type: "float", dims: ["batch", "length", dimension] }],
    tensors: [weights],
    nodes: [{ op: "Gather", inputs: ["weights", "input_ids"], outputs: ["last_hidden_state"] }],
  })
}

/** Numbers from -1 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(count: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1
  })
}

function tokenizer() {
  const id = (token: string) => vocabulary.indexOf(token)
  const one = (token: string) => ({ SpecialToken: { id: token, type_id: 0 } })
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content) => ({
      ...{ id: id(content), content, special: true },
      ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
    })),
    normalizer: {
      type: "BertNormalizer",
      ...{ clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [one("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, one("[SEP]")],
      pair: [
        ...[one("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, one("[SEP]")],
        ...[{ Sequence: { id: "B", type_id: 1 } }, { SpecialToken: { id: "[SEP]", type_id: 1 } }],
      ],
      special_tokens: Object.fromEntries(
        ["[CLS]", "[SEP]"].map((it) => [it, { id: it, ids: [id(it)], tokens: [it] }]),
      ),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      ...{ unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 100 },
      vocab: Object.fromEntries(vocabulary.map((token, index) => [token, index])),
    },
  }
}

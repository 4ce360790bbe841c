import { encodeModel, type Node, type Tensor } from "./onnx"
import { type ModelFiles, randomNumbers, tinyModel, vocabulary } from "./tiny-model"

const WIDTH = 32

/**
 * A tiny cross-encoder: a random vector for each token, and as the score the product of the sums of
 * both texts, which is high when they share words. With more `labels` it is a classifier instead.
 */
export function tinyCrossEncoder({ seed = 1, labels = 1 } = {}): ModelFiles {
  const config = {
    ...{ model_type: "bert", hidden_size: WIDTH },
    architectures: ["BertForSequenceClassification"],
  }
  return {
    ...tinyModel(),
    "config.json": new TextEncoder().encode(JSON.stringify(config)),
    "onnx/model.onnx": productOfSums(seed, labels),
  }
}

function productOfSums(seed: number, labels: number): Uint8Array {
  const tensor = (name: string, dims: number[], data: Tensor["data"]) => ({ name, dims, data })
  const random = randomNumbers(vocabulary.length * WIDTH, seed)
  const node = (output: string, op: string, inputs: string[]): Node => {
    const attributes = op === "Cast" ? [{ name: "to", value: 1 }] : []
    return { op, inputs, outputs: [output], attributes }
  }
  const input = (name: string) => ({ name, type: "int64" as const, dims: ["batch", "length"] })
  return encodeModel({
    inputs: ["input_ids", "attention_mask", "token_type_ids"].map(input),
    outputs: [{ name: "logits", type: "float", dims: ["batch", labels] }],
    tensors: [
      tensor("weights", [vocabulary.length, WIDTH], random),
      tensor("to_labels", [WIDTH, labels], new Float32Array(WIDTH * labels).fill(1)),
      tensor("middle", [1], BigInt64Array.of(1n)),
    ],
    nodes: [
      node("tokens", "Gather", ["weights", "input_ids"]),
      node("there", "Cast", ["attention_mask"]),
      // Padding has type 0, and counts in neither sum.
      node("of_text", "Cast", ["token_type_ids"]),
      node("of_query", "Sub", ["there", "of_text"]),
      ...["text", "query"].flatMap((which) => [
        node(`row_${which}`, "Unsqueeze", [`of_${which}`, "middle"]),
        node(`matrix_${which}`, "MatMul", [`row_${which}`, "tokens"]),
        node(`sum_${which}`, "Squeeze", [`matrix_${which}`, "middle"]),
      ]),
      node("product", "Mul", ["sum_text", "sum_query"]),
      node("logits", "MatMul", ["product", "to_labels"]),
    ],
  })
}

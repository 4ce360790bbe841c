import { type Attribute, encodeModel, type Node, type Tensor } from "../support/onnx"
import { type ModelFiles, randomNumbers, tinyModel } from "../support/tiny-model"

const [LAYERS, WIDTH, HEADS, INNER, WORDS, LENGTH] = [6, 384, 12, 1536, 30_522, 512]

/** A model of the shape of all-MiniLM-L6-v2 with random weights: as slow, and as large. */
export function minilm(): ModelFiles {
  return { ...tinyModel(), "onnx/model.onnx": bert() }
}

/** A graph that is written as one would write the formula. Each function gives a name in it. */
class Graph {
  readonly tensors: Tensor[] = []
  readonly nodes: Node[] = []

  weights(...dims: number[]): string {
    const size = dims.reduce((product, dim) => product * dim, 1)
    return this.tensor(
      dims,
      randomNumbers(size, this.tensors.length).map((x) => x / 20),
    )
  }

  number(value: number): string {
    return this.tensor([], Float32Array.of(value))
  }

  whole(value: number | number[]): string {
    const dims = Array.isArray(value) ? [value.length] : []
    return this.tensor(dims, BigInt64Array.from([value].flat(), BigInt))
  }

  of(op: string, inputs: string[], attributes: Attribute[] = []): string {
    const output = `n${this.nodes.length}`
    this.nodes.push({ op, inputs, outputs: [output], attributes })
    return output
  }

  linear(x: string, from: number, to: number): string {
    return this.of("Add", [this.of("MatMul", [x, this.weights(from, to)]), this.weights(to)])
  }

  normal(x: string): string {
    const scale = [this.weights(WIDTH), this.weights(WIDTH)]
    return this.of("LayerNormalization", [x, ...scale], [{ name: "axis", value: 2 }])
  }

  private tensor(dims: number[], data: Tensor["data"]): string {
    const name = `w${this.tensors.length}`
    this.tensors.push({ name, dims, data })
    return name
  }
}

function bert(): Uint8Array {
  const g = new Graph()
  let x = embeddings(g)
  const mask = maskOf(g)
  for (let layer = 0; layer < LAYERS; layer++) {
    x = g.normal(g.of("Add", [x, attention(g, x, mask)]))
    const inner = g.linear(x, WIDTH, INNER)
    const erf = g.of("Erf", [g.of("Mul", [inner, g.number(Math.SQRT1_2)])])
    const gelu = g.of("Mul", [inner, g.of("Add", [erf, g.number(1)])])
    x = g.normal(g.of("Add", [x, g.linear(g.of("Mul", [gelu, g.number(0.5)]), INNER, WIDTH)]))
  }
  g.nodes.push({ op: "Identity", inputs: [x], outputs: ["last_hidden_state"] })
  const input = (name: string) => ({ name, type: "int64" as const, dims: ["batch", "length"] })
  return encodeModel({
    inputs: ["input_ids", "attention_mask", "token_type_ids"].map(input),
    outputs: [{ name: "last_hidden_state", type: "float", dims: ["batch", "length", WIDTH] }],
    ...{ tensors: g.tensors, nodes: g.nodes },
  })
}

function embeddings(g: Graph): string {
  const length = g.of("Gather", [g.of("Shape", ["input_ids"]), g.whole(1)])
  const places = g.of("Range", [g.whole(0), length, g.whole(1)])
  const words = g.of("Gather", [g.weights(WORDS, WIDTH), "input_ids"])
  const types = g.of("Gather", [g.weights(2, WIDTH), "token_type_ids"])
  const ofPlaces = g.of("Gather", [g.weights(LENGTH, WIDTH), places])
  return g.normal(g.of("Add", [g.of("Add", [words, types]), ofPlaces]))
}

/** What is added to scores: 0 for tokens, and much less than any score for padding. */
function maskOf(g: Graph): string {
  const float = g.of("Cast", ["attention_mask"], [{ name: "to", value: 1 }])
  const off = g.of("Sub", [g.number(1), g.of("Unsqueeze", [float, g.whole([1, 2])])])
  return g.of("Mul", [off, g.number(-10_000)])
}

function attention(g: Graph, x: string, mask: string): string {
  const split = g.whole([0, 0, HEADS, WIDTH / HEADS])
  const order = (it: string, value: number[]) => g.of("Transpose", [it], [{ name: "perm", value }])
  const heads = (perm: number[]) => order(g.of("Reshape", [g.linear(x, WIDTH, WIDTH), split]), perm)
  const scores = g.of("MatMul", [heads([0, 2, 1, 3]), heads([0, 2, 3, 1])])
  const scaled = g.of("Mul", [scores, g.number((WIDTH / HEADS) ** -0.5)])
  const shares = g.of("Softmax", [g.of("Add", [scaled, mask])], [{ name: "axis", value: 3 }])
  const mixed = order(g.of("MatMul", [shares, heads([0, 2, 1, 3])]), [0, 2, 1, 3])
  return g.linear(g.of("Reshape", [mixed, g.whole([0, 0, WIDTH])]), WIDTH, WIDTH)
}

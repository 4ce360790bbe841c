/** What of ONNX a test model needs: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
export type Tensor = { name: string; dims: number[]; data: Float32Array | BigInt64Array }
export type Place = { name: string; type: "float" | "int64"; dims: (number | string)[] }
export type Attribute = { name: string; value: number | number[] } | { name: string; float: number }
export type Node = { op: string; inputs: string[]; outputs: string[]; attributes?: Attribute[] }
type Model = { inputs: Place[]; outputs: Place[]; tensors: Tensor[]; nodes: Node[] }

const types = { float: 1, int64: 7 } as const
/** IR version and operator set of ONNX 1.14. */
const [IR, OPSET] = [8, 17]

/** The bytes of an ONNX file. */
export function encodeModel({ inputs, outputs, tensors, nodes }: Model): Uint8Array {
  const graph = message(
    ...nodes.map((node) => field(1, encodeNode(node))),
    field(2, text("graph")),
    ...tensors.map((tensor) => field(5, encodeTensor(tensor))),
    ...inputs.map((place) => field(11, encodePlace(place))),
    ...outputs.map((place) => field(12, encodePlace(place))),
  )
  return message(number(1, IR), field(8, message(number(2, OPSET))), field(7, graph))
}

function encodeNode({ op, inputs, outputs, attributes = [] }: Node): Uint8Array {
  return message(
    ...inputs.map((name) => field(1, text(name))),
    ...outputs.map((name) => field(2, text(name))),
    field(4, text(op)),
    ...attributes.map((attribute) => field(5, encodeAttribute(attribute))),
  )
}

function encodeAttribute(attribute: Attribute): Uint8Array {
  const name = field(1, text(attribute.name))
  if ("float" in attribute) {
    const bytes = new Uint8Array(new Float32Array([attribute.float]).buffer)
    return message(name, varint((2 << 3) | 5), bytes, number(20, 1))
  }
  const { value } = attribute
  if (typeof value === "number") return message(name, number(3, value), number(20, 2))
  return message(name, ...value.map((it) => number(8, it)), number(20, 7))
}

function encodeTensor({ name, dims, data }: Tensor): Uint8Array {
  const type = data instanceof Float32Array ? types.float : types.int64
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return message(
    ...dims.map((dim) => number(1, dim)),
    number(2, type),
    field(8, text(name)),
    field(9, raw),
  )
}

function encodePlace({ name, type, dims }: Place): Uint8Array {
  const shape = dims.map((dim) =>
    field(1, typeof dim === "number" ? number(1, dim) : field(2, text(dim))),
  )
  const tensor = message(number(1, types[type]), field(2, message(...shape)))
  return message(field(1, text(name)), field(2, field(1, tensor)))
}

const text = (value: string) => new TextEncoder().encode(value)
const message = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))
const number = (id: number, value: number) => message(varint(id << 3), varint(value))
const field = (id: number, bytes: Uint8Array) =>
  message(varint((id << 3) | 2), varint(bytes.length), bytes)

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return Uint8Array.from([...bytes, rest])
}

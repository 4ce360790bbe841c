import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { chunkText } from "../src/documents/chunk"
import { CodeReader } from "../src/documents/code/reader"
import { checkPromises } from "./support/chunks"
import { testServer } from "./support/server"

const reader = new CodeReader()

/** The chunks of a file of this name, each as the names that it is in, and its text. */
async function chunksOf(name: string, text: string, size: number): Promise<[string, string][]> {
  const cuts = await reader.cutsOf(name, text, size)
  return chunkText(text, { type: "code", size, overlap: size / 4, cuts }).map(
    ({ headingPath, start, end }) => [headingPath.join("."), text.slice(start, end)],
  )
}

/** Of each language a file, and the names that its chunks of 130 characters are in. */
const files: Record<string, { source: string; paths: string[] }> = {
  "a.ts": {
    source: `import { x } from "x"

/** A shape. */
export class Shape<T> implements Drawn {
  /** How large it is. */
  @cached()
  area(width: number): number {
    return width * this.height * x(width)
  }
  draw = (pen: Pen): void => {
    pen.line(this.x, this.y, this.height)
  }
}

export const twice = async (value: number) => {
  const result = await compute(value)
  return [result, result, result]
}

namespace Deep {
  export function inner(): string {
    return "inside of a namespace, at some length"
  }
  export interface Other { name: string; size: number }
}
`,
    paths: ["", "Shape", "Shape.area", "Shape.draw", "twice", "Deep", "Deep.Other"],
  },
  "a.tsx": {
    source: `export function Card({ title }: Props): JSX.Element {
  const id = useId()
  return (
    <article id={id} class="card">
      <h3>{title}</h3>
      <button onClick={() => open(id)}>Open</button>
    </article>
  )
}

const Icon = () => <svg viewBox="0 0 16 16"><path d="M0 0h16v16" /></svg>
`,
    paths: ["Card", "Card", "Icon"],
  },
  "a.js": {
    source: `class Queue {
  push(item) {
    this.items.push(item)
    this.wake("something was pushed on it")
  }
  async *drain() {
    while (this.items.length > 0) yield this.items.shift()
  }
}
module.exports = { Queue, a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9 }
`,
    paths: ["Queue", "Queue.drain", ""],
  },
  "a.py": {
    source: `"""What the module is for."""
import os

class Store:
    """Keeps things."""

    @property
    def size(self):
        return sum(len(part) for part in self.parts) + 12

    async def put(self, key, value):
        # Beside, then renamed.
        await self.files.write(key, value, "beside")

@decorated("with something")
def main(argv):
    return Store(os.environ["HOME"]).put(argv[0], argv[1])
`,
    paths: ["", "Store", "Store.put", "main"],
  },
  "a.go": {
    source: `package shapes

// Area tells how large it is.
func (s *Square) Area(scale float64) float64 {
	return s.width * s.width * scale
}

type Square struct {
	width float64 // in metres
	// The colour that it is filled with, if any.
	fill  *Color
}
`,
    paths: ["", "Square"],
  },
  "a.rs": {
    source: `/// A point in the plane.
#[derive(Debug, Clone)]
pub struct Point { x: f64, y: f64 }

impl Point {
    /// From the origin.
    pub fn length(&self) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt()
    }
    fn zero() -> Self { Point { x: 0.0, y: 0.0 } }
}

mod tests {
    #[test]
    fn is_zero() { assert_eq!(Point::zero().length(), 0.0, "of the origin"); }
}
`,
    paths: ["Point", "Point", "Point.zero", "tests"],
  },
  "A.java": {
    source: `package shapes;

public class Square extends Shape {
    private final double width;

    @Override
    public double area(double scale) {
        return width * width * scale;
    }

    enum Side { TOP, RIGHT, BOTTOM, LEFT, FRONT, BACK, NONE, ALL, SOME, MOST }
}
`,
    paths: ["", "Square", "Square.area", "Square.Side"],
  },
  "a.c": {
    source: `#include <stdio.h>

/* Adds up. */
static int *sum(const int *values, size_t count) {
    for (size_t i = 0; i < count; i++) total += values[i];
    return &total;
}

struct pair { int first; int second; char name[64]; double weight; struct pair *next; };
`,
    paths: ["", "sum", "sum", "pair"],
  },
  "a.hpp": {
    source: `namespace shapes {

template <typename T>
class Square : public Shape<T> {
public:
    T area(T scale) const override { return width * width * scale * unit<T>(); }
    ~Square() { release(width, "because it goes out of scope"); /* and is gone */ }
};

inline double Circle::area(double scale) { return radius * radius * 3.14159 * scale; }

}
`,
    paths: ["shapes", "shapes.Square.area", "shapes.Square.~Square", "shapes.Circle::area"],
  },
}

test.each(Object.keys(files))("the chunks of %s are declarations, and say which", async (name) => {
  const { source, paths } = files[name]!
  const chunks = await chunksOf(name, source, 130)
  expect(chunks.map(([path]) => path)).toEqual(paths)
})

describe("chunks of parsed code", () => {
  /** One declaration of each language, with so many lines inside. */
  const functions: Record<string, (name: string, lines: number) => string> = {
    "a.ts": (name, lines) => `// It.\nexport function ${name}() {\n${"  work(1)\n".repeat(lines)}}`,
    "a.tsx": (name, lines) => `const ${name} = () => {\n${"  work(<b>1</b>)\n".repeat(lines)}}`,
    "a.js": (name, lines) => `class ${name} {\n${"  static x = 1\n".repeat(lines)}}`,
    "a.py": (name, lines) =>
      `@of("it")\ndef ${name}(a):\n    pass\n${"    work()\n".repeat(lines)}`,
    "a.go": (name, lines) => `// It.\nfunc ${name}() {\n${"\twork(1)\n".repeat(lines)}}`,
    "a.rs": (name, lines) => `#[test]\nfn ${name}() {\n${"    work(1);\n".repeat(lines)}}`,
    "A.java": (name, lines) => `@Of class ${name} {\n${"    int x = 1;\n".repeat(lines)}}`,
    "a.c": (name, lines) => `/* It. */\nint ${name}(void) {\n${"    work(1);\n".repeat(lines)}}`,
    "a.cc": (name, lines) => `struct ${name} {\n${"  int x = 1;\n".repeat(lines)}};`,
  }
  const parts = fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ lines: fc.nat(30), gap: fc.constantFrom("\n", "\n\n") }),
      },
      fc.constantFrom(
        "{",
        "}}",
        "/*",
        '"',
        "`",
        "'''",
        "\n\n",
        "\r\n",
        "😀",
        "日本 ",
        "\t",
        "#",
        "\0",
      ),
      fc.string({ unit: "binary", maxLength: 20 }),
    ),
    { maxLength: 12 },
  )
  const sizes = fc.record({ size: fc.integer({ min: 10, max: 400 }), overlap: fc.nat(150) })

  test.each(Object.entries(functions))(
    "%s, be it broken, keep all promises",
    async (name, make) => {
      const property = fc.asyncProperty(parts, sizes, async (parts, sizes) => {
        const text = parts
          .map((part, i) =>
            typeof part === "string" ? part : make(`f${i}`, part.lines) + part.gap,
          )
          .join("")
        const cuts = await reader.cutsOf(name, text, sizes.size)
        expect(cuts).toBeDefined()
        checkPromises(text, { type: "code", ...sizes, cuts })
      })
      await fc.assert(property, { numRuns: 60 })
    },
  )

  test.each(Object.entries(functions))("%s hold whole what fits", async (name, make) => {
    const lengths = fc.array(fc.nat(30), { minLength: 1, maxLength: 8 })
    const property = fc.asyncProperty(lengths, sizes, async (lengths, { size }) => {
      const all = lengths.map((lines, i) => make(`f${i}`, lines).trimEnd())
      const chunks = await chunksOf(name, all.join("\n\n"), size)
      for (const [i, declaration] of all.entries()) {
        const holders = chunks.filter(([, content]) => content.includes(declaration))
        const own = chunks.filter(([path]) => path.split(".")[0] === `f${i}`)
        const isSmall = declaration.length <= size
        expect(isSmall ? holders.length === 1 : own.length > 1).toBe(true)
      }
    })
    await fc.assert(property, { numRuns: 60 })
  })
})

describe("code that is made to cost much is cut by its lines", () => {
  const hostile: Record<string, string> = {
    "a.ts": "`${".repeat(300_000),
    "a.py": "(".repeat(1000_000),
    "a.cpp": "a<b<".repeat(200_000),
    "a.js": "x".repeat(1000_001),
  }
  test.each(Object.entries(hostile))("%s", async (name, text) => {
    const reader = new CodeReader()
    const cuts = await reader.cutsOf(name, text, 800)
    checkPromises(text, { type: "code", size: 800, overlap: 200, cuts })
    expect(process.memoryUsage.rss()).toBeLessThan(2 * 1024 ** 3)
  })
})

test("an upload of code is found under the names of its declarations", async () => {
  await using server = await testServer({ settings: { CHUNK_SIZE: "130", CHUNK_OVERLAP: "0" } })
  await server.client.uploadDocuments([
    { name: "a.ts", content: new Blob([files["a.ts"]!.source]) },
  ])
  const [best] = await server.client.search({ query: "how large is the width" })
  expect(best?.heading_path).toEqual(["Shape", "area"])
})

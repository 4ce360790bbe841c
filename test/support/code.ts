/** Of each language a file, and the names that its chunks of 130 characters are in. */
export const codeFiles: Record<string, { source: string; paths: string[] }> = {
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

import * as bun from "bun:test"

/** As vitest's: also takes a function that makes the promise, and has `soft`. */
export const expect = Object.assign(
  (value: unknown) => bun.expect(typeof value === "function" ? value() : value),
  bun.expect,
  { soft: bun.expect },
)

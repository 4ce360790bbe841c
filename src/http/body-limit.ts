import type { MiddlewareHandler } from "hono"
import { bodyLimit } from "hono/body-limit"
import { AppError } from "../errors"

/** Refuses bodies of more than so many bytes with FileTooLargeError, before or while they are read. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  const onError = () => {
    throw bodyTooLarge(maxBytes)
  }
  return bodyLimit({ maxSize: maxBytes, onError })
}

export function bodyTooLarge(maxBytes: number): AppError {
  const sentence = `The body of this request may have ${maxBytes} bytes at most.`
  return new AppError("FileTooLargeError", sentence, { max_bytes: maxBytes })
}

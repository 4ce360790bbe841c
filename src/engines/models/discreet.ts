import { AppError } from "../../platform/errors"
import type { Provider } from "./model"

/** Gives a text without the secrets in it. */
export type Hide = (text: string) => string

/** A provider whose errors quote no secret, wherever a server put it and whatever it looks like. */
export function discreet(provider: Provider, hide: Hide): Provider {
  return {
    ...provider,
    async answer(request, options) {
      try {
        return await provider.answer(request, options)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        throw new AppError(error.name, hide(error.message), Object(hidden(error.details, hide)))
      }
    },
  }
}

/** The same value with all its texts hidden. */
function hidden(value: unknown, hide: Hide): unknown {
  if (typeof value === "string") return hide(value)
  if (Array.isArray(value)) return value.map((it) => hidden(it, hide))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, hidden(it, hide)]))
}

import type { Provider } from "./model"

/** Marks every text that was made without a model. */
export const extractiveNotice = "extractive: no language model was used"

const offer = {
  ...{ usable: true, reason: "Always available.", refuses: false, fix: null },
  ...{ default_model: "offline", models: ["offline"] },
}

/**
 * Creates the provider that answers by rules. It never pretends to be a model: an answer without
 * the notice gets it, in a record's `summary` or above the text.
 */
export function createOffline(): Provider {
  return {
    name: "offline",
    title: "Offline",
    accepts: (model) => model === "offline",
    availability: async () => offer,
    takesImages: async () => false,
    // Rules read everything.
    window: async () => Number.POSITIVE_INFINITY,
    check: async () => ({ ok: true, refused: false, sentence: offer.reason, models: [] }),
    async answer({ extract }, { signal, onDelta }) {
      signal.throwIfAborted()
      const text = withNotice(extract())
      onDelta(text)
      return { text, model: "offline", usage: null, request_id: null, retries: 0 }
    },
  }
}

function withNotice(extracted: unknown): string {
  const hasNotice = (text: string) => text.includes(extractiveNotice)
  if (typeof extracted === "string") {
    return hasNotice(extracted) ? extracted : `(${extractiveNotice})\n\n${extracted}`
  }
  if (
    isRecord(extracted) &&
    typeof extracted.summary === "string" &&
    !hasNotice(extracted.summary)
  ) {
    const summary = `${extractiveNotice}. ${extracted.summary}`
    return JSON.stringify({ ...extracted, summary })
  }
  return JSON.stringify(extracted)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

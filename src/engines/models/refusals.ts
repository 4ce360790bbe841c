import { AppError } from "../../platform/errors"
import type { Provider } from "./model"

/** After this, `auto` gives it another chance: the key may have been repaired at the service. */
const REMEMBERED_MS = 5 * 60_000

/** Remembers that a service refused our key or login, so that `auto` doesn't choose it again. */
export function withRefusals(provider: Provider): Provider {
  let refusal: { reason: string; until: number } | undefined
  const refuse = (reason: string) => {
    refusal = { reason, until: performance.now() + REMEMBERED_MS }
  }
  return {
    ...provider,
    async availability() {
      const offer = await provider.availability()
      if (!offer.usable || !refusal || performance.now() > refusal.until) return offer
      const { remedy: fix = null } = provider
      return { ...offer, usable: false, refuses: true, reason: refusal.reason, fix }
    },
    async answer(request, options) {
      try {
        const answered = await provider.answer(request, options)
        refusal = undefined
        return answered
      } catch (error) {
        if (error instanceof AppError && isRefusal(error)) refuse(error.message)
        throw error
      }
    },
    async check() {
      const checked = await provider.check()
      if (checked.ok) refusal = undefined
      if (checked.refused) refuse(checked.sentence)
      return checked
    },
  }
}

export function isRefusal({ name, details }: AppError): boolean {
  return name === "LLMAPIError" && details.status === 401
}

import { findQuote } from "../quote"
import type { Material, Upstream } from "../roles/role"
import {
  type DesignOutput,
  type DiscoveryOutput,
  designOutput,
  discoveryOutput,
  type SourceQuote,
} from "../schema"
import type { Source } from "../sources"
import { extractDesign } from "./design"
import { extractDiscovery } from "./discovery"

/** The features and statements to design for: an earlier discovery's, else this role's own. */
export function discoveryFor(material: Material): DiscoveryOutput {
  return read(material.upstream, discoveryOutput) ?? extractDiscovery(material)
}

/** The design to plan for: an earlier one, else this role's own. */
export function designFor(material: Material): DesignOutput {
  return read(material.upstream, designOutput) ?? extractDesign(material)
}

type Reader<T> = { safeParse(value: unknown): { success: true; data: T } | { success: false } }

function read<T>(upstream: Upstream, schema: Reader<T>): T | undefined {
  for (const { data } of Object.values(upstream)) {
    const parsed = schema.safeParse(data)
    if (parsed.success) return parsed.data
  }
  return undefined
}

/** Citations of an earlier result, found again in the present sources; others are left out. */
export function relocate(
  citations: readonly SourceQuote[],
  sources: readonly Source[],
): SourceQuote[] {
  return citations.flatMap(({ quote }) => {
    const found = sources.find(({ passage }) => findQuote(passage.content, quote))
    return found ? [{ source: found.number, quote }] : []
  })
}

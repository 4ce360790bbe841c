const LASTS_MS = 12 * 3600 * 1000
/** Each new page needs a proof; the oldest ones are dropped. */
const PROOFS_MAX = 1000

type ProvenWay = "page" | "terminal"
type Proof = { via: ProvenWay; pid: number | undefined; until: number }

export type Presence = {
  /** If `pid` is known, only that process can use the proof. */
  issue(via: ProvenWay, pid: number | undefined): string
  /** Uses up a proof. Undefined if it is unknown, used, expired or another process's. */
  take(proof: string, pid: number | undefined): ProvenWay | undefined
}

export function createPresence(): Presence {
  const proofs = new Map<string, Proof>()
  return {
    issue(via, pid) {
      const [oldest] = proofs.keys()
      if (proofs.size >= PROOFS_MAX && oldest !== undefined) proofs.delete(oldest)
      const proof = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString("base64url")
      proofs.set(proof, { via, pid, until: performance.now() + LASTS_MS })
      return proof
    },
    take(proof, pid) {
      const found = proofs.get(proof)
      if (!found || (found.pid !== undefined && found.pid !== pid)) return undefined
      proofs.delete(proof)
      return found.until > performance.now() ? found.via : undefined
    },
  }
}

import { networkInterfaces } from "node:os"

/** True if a network interface of this machine has this address. */
export function isOwnAddress(address: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap((it) => it ?? [])
  return own.some((it) => it.address === address)
}

import { type Config, camelCase, settingNames, settingOf } from "./settings"

/** A secret as it may be shown: `sk-…last4` at most, and nothing of one that is short. */
export function redact(secret: string): string {
  if (secret.length < 12) return "…"
  return `${secret.startsWith("sk-") ? "sk-" : ""}…${secret.slice(-4)}`
}

/** Passwords in a database URL are its secret part; a driver may quote them decoded. */
function passwordsIn(url: string): string[] {
  const password = URL.parse(url)?.password ?? ""
  if (password === "") return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

/** The secret values of a configuration, longest first, for whoever must keep them out of sight. */
export function secretsOf(config: Config): string[] {
  const values: Record<string, unknown> = config
  const secrets = settingNames
    .filter((name) => settingOf(name).secret)
    .map((name) => values[camelCase(name)])
    .filter((value) => typeof value === "string")
    .flatMap((value) => [value, ...(value.includes("://") ? passwordsIn(value) : [])])
  return [...new Set(secrets)].sort((a, b) => b.length - a.length)
}

/** Puts what may be shown in the place of each of these secrets. */
export function hideSecrets(secrets: string[]): (text: string) => string {
  const hidden = secrets.filter((secret) => secret.length >= 4)
  return (text) => hidden.reduce((left, secret) => left.replaceAll(secret, redact(secret)), text)
}

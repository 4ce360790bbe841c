import { type Config, camelCase, settingNames, settingOf } from "./settings"

/** A secret as it may be shown: at most `sk-…last4`, and nothing of a short one. */
export function redact(secret: string): string {
  if (secret.length < 12) return "…"
  return `${secret.startsWith("sk-") ? "sk-" : ""}…${secret.slice(-4)}`
}

/** Returns a database URL's password as written and decoded, since drivers may quote either. */
function passwordsIn(url: string): string[] {
  const password = URL.parse(url)?.password ?? ""
  if (password === "") return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

const secretNames = settingNames.filter((name) => settingOf(name).secret).map(camelCase)

/** All secret values of a configuration, longest first. Keys may be added while Amelia runs. */
export function secretsOf(config: Config): string[] {
  const values: Record<string, unknown> = config
  const secrets = secretNames
    .map((name) => values[name])
    .filter((value) => typeof value === "string")
    .flatMap((value) => [value, ...(value.includes("://") ? passwordsIn(value) : [])])
  return [...new Set(secrets)].sort((a, b) => b.length - a.length)
}

/** Returns a function that redacts these secrets in a text. */
export function hideSecrets(secrets: string[]): (text: string) => string {
  const hidden = secrets.filter((secret) => secret.length >= 4)
  return (text) => hidden.reduce((left, secret) => left.replaceAll(secret, redact(secret)), text)
}

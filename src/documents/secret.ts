/**
 * Which files are secrets. Passages of documents reach the providers of models, so a folder leaves
 * these out, and a command asks before it adds one. Other files that mention a secret, such as a
 * guide with an example of a key, are documents like any others.
 */

/** Raised with each change of what is a secret here: then folders are read again. */
export const SECRET_RULES_VERSION = 1

/** So much of a file is looked at. Keys are shorter, and longer files begin with what they are. */
export const SECRET_HEAD_BYTES = 64 * 1024

const example = /(^|[._-])(example|sample|template|dist|defaults?)([._-]|$)/

/**
 * What a file is by its absolute path in lower case. A PEM file with certificates alone is no
 * secret, but nobody searches it either, and like this none has to be opened.
 */
const byPath: [what: string, pattern: RegExp][] = [
  ["environment variables", /\/(\.env(\.[^/]+)?|[^/]+\.env|\.envrc)$/],
  ["a private key", /\/id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/],
  ["a file of keys", /\.(pem|key|ppk|p8)$/],
  ["keys of SSH or GnuPG", /\/\.(ssh|gnupg)\//],
  ["a store of keys or passwords", /\.(pfx|p12|jks|keystore|kdbx?)$/],
  ["credentials", /\/(\.netrc|_netrc|\.npmrc|\.pypirc|\.git-credentials|\.htpasswd|\.dockercfg)$/],
  [
    "credentials",
    /\/(\.pgpass|pgpass\.conf|\.my\.cnf|\.mylogin\.cnf|\.s3cfg|\.boto|rclone\.conf)$/,
  ],
  ["credentials", /\/(\.vault-token|\.terraformrc|terraform\.rc|credentials\.tfrc\.json)$/],
  ["credentials", /\/\.aws\/((credentials|config)$|(sso|cli)\/)/],
  ["credentials", /\/\.azure\/(accesstokens|msal_token_cache|service_principal_entries)[^/]*$/],
  ["credentials", /\/\.config\/(gcloud\/|gh\/hosts\.yml$)/],
  ["credentials", /\/\.(docker\/config\.json|gem\/credentials|cargo\/credentials(\.toml)?)$/],
  ["credentials", /\/(credentials|client_secret[^/]*)\.json$/],
  ["credentials", /\/secrets?\.(ya?ml|json|toml)$/],
  ["access to a Kubernetes cluster", /\/(\.kube\/config|kubeconfig|[^/]+\.kubeconfig)$/],
  ["settings of tools with their tokens", /\/(\.mcp|\.claude|\.(cursor|vscode)\/mcp)\.json$/],
  ["settings of tools with their tokens", /\/\.claude\/(settings\.local|\.credentials)\.json$/],
  ["settings of tools with their tokens", /\/\.(codex\/auth|gemini\/oauth_creds)\.json$/],
  ["a Terraform state", /\.tfstate(\.[^/]+)?$/],
  ["the history of a shell", /\/(\.\w+_history|\.zhistory|\.histfile|fish_history)$/],
  ["the history of a shell", /\/consolehost_history\.txt$/],
  ["hashes of passwords", /\/etc\/(g?shadow-?|master\.passwd)$/],
]

/** What a file is by its beginning; `body` is without the comments that stand before it. */
const byContent: [what: string, test: (text: string, body: string) => boolean][] = [
  ["a private key", isKeyFile],
  ["a private key", (text) => /^PuTTY-User-Key-File-\d/.test(text)],
  ["a private key", (_, body) => /^AGE-(SECRET-KEY|PLUGIN-\w+)-1/.test(body)],
  ["a private key", (text) => /^untrusted comment: .*secret key/.test(text)],
  ["a private key", (text) => isJson(text) && /"private_key"\s*:\s*"-+BEGIN /.test(text)],
  ["a private key", (_, body) => isIni(body) && /^PrivateKey *= *\S/m.test(body)],
  ["credentials", (_, body) => isIni(body) && /^aws_secret_access_key *= *\S/m.test(body)],
  ["credentials", (text) => /^(user name,password,)?access key id,secret access/i.test(text)],
  ["access to a Kubernetes cluster", isKubeconfig],
  ["a Terraform state", (text) => isJson(text) && /^ *"terraform_version":/m.test(text)],
  ["hashes of passwords", (text) => /^[\w-]+:[^:\n]*(:\d*){6}:\n/.test(text)],
]

/** What secret a file is by its absolute path and mode, such as "a private key". */
export function secretByPath(path: string, mode: number): string | undefined {
  const lower = path.toLowerCase()
  const name = lower.slice(lower.lastIndexOf("/") + 1)
  const found = byPath.find(([, pattern]) => pattern.test(lower))?.[0]
  if (found) return found === "environment variables" && example.test(name) ? undefined : found
  const isHidden = path.startsWith("/etc/") && (mode & 0o004) === 0
  return isHidden ? "a file of the system that not everyone may read" : undefined
}

/** What secret a file is by its content. */
export function secretByContent(bytes: Uint8Array): string | undefined {
  // Without the zeros and the mark of UTF-16, whose ASCII is then as any other.
  const head = Buffer.from(bytes.subarray(0, SECRET_HEAD_BYTES))
    .toString("latin1")
    .replaceAll("\0", "")
  const text = head.replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, "").trimStart()
  const body = withoutComments(text)
  return byContent.find(([, test]) => test(text, body))?.[0]
}

/** Whether a file begins with blocks of PEM or has nothing but those, and a private key is one. */
function isKeyFile(text: string): boolean {
  const key = /^-{4,5} ?BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)? ?-{4,5}\s*$/m
  if (!key.test(text)) return false
  return isBegin(text) || !hasProse(text)
}

function isBegin(line: string): boolean {
  return /^-{4,5} ?BEGIN /.test(line)
}

/** Whether there is a line outside of blocks that is neither a comment nor what OpenSSL writes. */
function hasProse(text: string): boolean {
  let isInside = false
  for (const line of text.split("\n")) {
    if (isBegin(line)) isInside = true
    else if (/^-{4,5} ?END /.test(line)) isInside = false
    else if (!isInside && !/^\s*$|^[#;]|^(Bag|Key) Attributes|^(subject|issuer)|^ +/.test(line)) {
      return true
    }
  }
  return false
}

function withoutComments(text: string): string {
  let start = 0
  while (/^[#;\s]/.test(text.slice(start, start + 1))) {
    const end = text.indexOf("\n", start)
    if (end < 0) break
    start = end + 1
  }
  return text.slice(start)
}

function isJson(text: string): boolean {
  return text.startsWith("{")
}

function isIni(text: string): boolean {
  return /^\[[^\]\n]+\]\s/.test(text)
}

function isKubeconfig(text: string): boolean {
  return /^apiVersion: v1\s*$/m.test(text) && /^(clusters|users):\s*$/m.test(text)
}

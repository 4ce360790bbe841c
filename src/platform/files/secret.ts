/**
 * Detects files that are secrets, since passages of documents are sent to model providers. A file
 * that merely mentions a secret, such as a guide with a sample key, is an ordinary document.
 */

/** Increase this when the rules below change, so that folders are scanned again. */
export const SECRET_RULES_VERSION = 1

/** Bytes of a file that are examined. Keys are shorter. */
export const SECRET_HEAD_BYTES = 64 * 1024

const CREDENTIALS = "credentials"
const TOOLS = "tool settings with tokens"
const HISTORY = "a shell history"
const KUBERNETES = "access to a Kubernetes cluster"

/** By name, in lower case. */
const byName = table({
  "a private key": "id_rsa id_dsa id_ecdsa id_ecdsa_sk id_ed25519 id_ed25519_sk",
  [CREDENTIALS]:
    ".netrc _netrc .npmrc .pypirc .git-credentials .htpasswd .dockercfg .pgpass pgpass.conf " +
    ".my.cnf .mylogin.cnf .s3cfg .boto rclone.conf .vault-token .terraformrc terraform.rc " +
    "credentials.tfrc.json credentials.json secret.yml secret.yaml secret.json secret.toml " +
    "secrets.yml secrets.yaml secrets.json secrets.toml",
  [KUBERNETES]: "kubeconfig",
  [TOOLS]: ".mcp.json .claude.json",
  [HISTORY]: ".zhistory .histfile fish_history consolehost_history.txt",
})

/** By extension. A PEM file with only certificates is no secret, but nobody searches it. */
const byExtension = table({
  "a key file": "pem key ppk p8",
  "a key or password store": "pfx p12 jks keystore kdb kdbx",
  [KUBERNETES]: "kubeconfig",
})

/** By pattern of the name, in lower case. */
const byPattern: [what: string, name: RegExp][] = [
  ["environment variables", /^(\.env(\..+)?|.+\.env|\.envrc)$/],
  [CREDENTIALS, /^client_secret.*\.json$/],
  ["a Terraform state", /\.tfstate(\.[^.]+)?$/],
  [HISTORY, /^\.\w+_history$/],
]

/** Names of files meant to be shared. */
const example = /(^|[._-])(example|sample|template|dist|defaults?)([._-]|$)/

/** By path, for files in hidden directories. */
const byPath: [what: string, path: RegExp][] = [
  ["SSH or GnuPG keys", /\/\.(ssh|gnupg)\//],
  [CREDENTIALS, /\/\.aws\/((credentials|config)$|(sso|cli)\/)/],
  [CREDENTIALS, /\/\.azure\/(accesstokens|msal_token_cache|service_principal_entries)[^/]*$/],
  [CREDENTIALS, /\/\.config\/(gcloud\/|gh\/hosts\.yml$)/],
  [CREDENTIALS, /\/\.(docker\/config\.json|gem\/credentials|cargo\/credentials(\.toml)?)$/],
  [KUBERNETES, /\/\.kube\/config$/],
  [TOOLS, /\/\.(cursor|vscode)\/mcp\.json$/],
  [TOOLS, /\/\.claude\/(settings\.local|\.credentials)\.json$/],
  [TOOLS, /\/\.(codex\/auth|gemini\/oauth_creds)\.json$/],
]

const byContent: [what: string, test: (text: string, body: string) => boolean][] = [
  ["a private key", isKeyFile],
  ["a private key", (text) => /^PuTTY-User-Key-File-\d/.test(text)],
  ["a private key", (_, body) => /^AGE-(SECRET-KEY|PLUGIN-\w+)-1/.test(body)],
  ["a private key", (text) => /^untrusted comment: .*secret key/.test(text)],
  ["a private key", (text) => isJson(text) && /"private_key"\s*:\s*"-+BEGIN /.test(text)],
  ["a private key", (_, body) => isIni(body) && /^PrivateKey *= *\S/m.test(body)],
  [CREDENTIALS, (_, body) => isIni(body) && /^aws_secret_access_key *= *\S/m.test(body)],
  [CREDENTIALS, (text) => /^(user name,password,)?access key id,secret access/i.test(text)],
  [KUBERNETES, isKubeconfig],
  ["a Terraform state", (text) => isJson(text) && /^ *"terraform_version":/m.test(text)],
  ["password hashes", (text) => /^[\w-]+:[^:\n]*(:\d*){6}:\n/.test(text)],
]

/** Returns what kind of secret a file seems to be, such as "a private key", by path and mode. */
export function secretByPath(path: string, mode: number): string | undefined {
  const lower = path.toLowerCase()
  const name = lower.slice(lower.lastIndexOf("/") + 1)
  const extension = name.slice(name.lastIndexOf(".") + 1)
  const found = byName.get(name) ?? byExtension.get(extension) ?? matching(byPattern, name)
  if (found && !example.test(name)) return found
  const inHidden = lower.includes("/.") && matching(byPath, lower)
  if (inHidden) return inHidden
  const isPublic = (mode & 0o004) !== 0 || !/^(\/private)?\/etc\//.test(path)
  return isPublic ? undefined : "a system file that only some users may read"
}

/** Returns what kind of secret a file seems to be, by its first bytes. */
export function secretByContent(bytes: Uint8Array): string | undefined {
  // Dropping zeros and the byte order mark turns ASCII in UTF-16 into plain ASCII.
  const head = Buffer.from(bytes.subarray(0, SECRET_HEAD_BYTES))
    .toString("latin1")
    .replaceAll("\0", "")
  const text = head.replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, "").trimStart()
  const body = withoutComments(text)
  return byContent.find(([, test]) => test(text, body))?.[0]
}

function matching(patterns: [string, RegExp][], text: string): string | undefined {
  return patterns.find(([, pattern]) => pattern.test(text))?.[0]
}

/** Maps each file name to its kind of secret. */
function table(words: Record<string, string>): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([what, names]) =>
      names.split(" ").map((name): [string, string] => [name, what]),
    ),
  )
}

/** True if a file starts with a PEM block or holds nothing else, and one block is a private key. */
function isKeyFile(text: string): boolean {
  const key = /^-{4,5} ?BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)? ?-{4,5}\s*$/m
  if (!key.test(text)) return false
  return isBegin(text) || !hasProse(text)
}

function isBegin(line: string): boolean {
  return /^-{4,5} ?BEGIN /.test(line)
}

/** True if a line outside the PEM blocks is neither a comment nor an attribute from OpenSSL. */
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

/** A guide that quotes a kubeconfig does not start as YAML. */
function isKubeconfig(_: string, body: string): boolean {
  if (!/^(---\s+)?[\w-]+:\s/.test(body)) return false
  return /^apiVersion: v1\s*$/m.test(body) && /^(clusters|users):\s*$/m.test(body)
}

import { join } from "node:path"

/** Keys and passwords in a user's home, and sockets that act for the user. */
const secrets = [
  ...[".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".password-store", ".1password"],
  ...[".netrc", ".git-credentials", ".pgpass", ".pypirc", ".vault-token"],
  ...[".cargo/credentials", ".cargo/credentials.toml", ".terraform.d/credentials.tfrc.json"],
  ...[".config/gh", ".config/git/credentials", ".config/gcloud", ".config/op", ".config/hub"],
  ...[".config/google-chrome", ".config/chromium", ".config/BraveSoftware", ".mozilla"],
  ...[".local/share/keyrings", ".colima", ".lima", ".orbstack", ".rd"],
  ...["Library/Keychains", "Library/Application Support/Google/Chrome"],
  ...["Library/Application Support/Firefox", "Library/Cookies"],
  ...[".bash_history", ".zsh_history", ".psql_history", ".node_repl_history", ".python_history"],
]

export function secretPaths(userHome: string): string[] {
  return secrets.map((path) => join(userHome, path))
}

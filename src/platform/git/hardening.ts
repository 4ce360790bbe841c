import { inherited } from "../config/inherited"
import type { Environment } from "../home/home"

type Rule = {
  /** Flags that keep the command from running programs. */
  flags: string[]
  /** True if it looks into submodules for changes, so that their configurations count too. */
  entersSubmodules?: true
}

const plain: Rule = { flags: [] }
const diffing: Rule = { flags: ["--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty"] }
const working: Rule = { flags: [], entersSubmodules: true }

/** The git commands that we use. Add one only with a test that it runs no configured program. */
const rules = {
  ...{ diff: diffing, "diff-files": diffing, "diff-index": diffing, "diff-tree": diffing },
  ...{ log: diffing, show: diffing, status: { flags: ["--ignore-submodules=dirty"] } },
  ...{ "rev-parse": plain, "rev-list": plain, "merge-base": plain, "for-each-ref": plain },
  ...{ "ls-files": plain, "ls-tree": plain, "cat-file": plain, config: plain, "patch-id": plain },
  ...{ "hash-object": plain, "write-tree": plain, "commit-tree": plain, "merge-tree": plain },
  ...{ "update-ref": plain, "symbolic-ref": plain, branch: plain, init: plain },
  "check-ref-format": plain,
  ...{ add: working, rm: working, mv: working, "update-index": working, "read-tree": working },
  ...{ commit: working, merge: working, stash: working, worktree: working, clean: working },
  ...{ checkout: working, switch: working, restore: working, reset: working },
} satisfies Record<string, Rule>
export type Command = keyof typeof rules
export const commands = Object.keys(rules) as Command[]

export function ruleOf(command: Command): Rule {
  return rules[command]
}

/** The environment for git, without our keys and without a caller's GIT_DIR and the like. */
export function gitEnvironment(env: Environment): Record<string, string> {
  return {
    ...inherited(env),
    // These override any configuration.
    ...{ GIT_ALLOW_PROTOCOL: "none", GIT_NO_LAZY_FETCH: "1", GIT_SSH_COMMAND: "false" },
    ...{ GIT_EDITOR: ":", GIT_SEQUENCE_EDITOR: ":", GIT_PAGER: "cat" },
    ...{ GIT_ASKPASS: "true", GIT_TERMINAL_PROMPT: "0" },
    GIT_OPTIONAL_LOCKS: "0",
    // Keeps messages in English, so that we can recognize them.
    LC_ALL: "C",
    ...configuration(fixed),
  }
}

const NO_HOOKS = "/dev/null"

/** Applies to every repository, whether or not it sets these keys. */
const fixed: Pair[] = [
  // A directory in a work tree that looks like a repository has its own configuration.
  ["safe.bareRepository", "explicit"],
  ["core.hooksPath", NO_HOOKS],
  ["core.fsmonitor", "false"],
  ["protocol.allow", "never"],
  ["credential.helper", ""],
  ...pairs("false", ["commit.gpgSign", "tag.gpgSign", "log.showSignature", "gpg.program"]),
  ...pairs("false", ["gpg.openpgp.program", "gpg.x509.program", "gpg.ssh.program"]),
  ["gpg.ssh.defaultKeyCommand", "false"],
  ["submodule.recurse", "false"],
  ["status.submoduleSummary", "false"],
  ["diff.submodule", "short"],
  ["diff.ignoreSubmodules", "dirty"],
  ...pairs("0", ["gc.auto", "maintenance.auto"]),
  ["color.ui", "false"],
]

export type Pair = readonly [key: string, value: string]

function pairs(value: string, keys: string[]): Pair[] {
  return keys.map((key) => [key, value])
}

/** Produces git's diff with the system's `diff`, instead of a program from the repository. */
const PLAIN_DIFF = `sh -c 'diff -u "$2" "$5" || :' sh`

/**
 * Keys whose value git runs, with their replacements. `git config` prints the first and the last
 * part of a key in lower case; the middle may be empty or contain dots.
 */
const programs: [RegExp, string][] = [
  [/^filter\..*\.(clean|smudge|process)$/, ""],
  [/^filter\..*\.required$/, "false"],
  [/^diff\..*\.textconv$/, "cat"],
  [/^diff\.(external|.*\.command)$/, PLAIN_DIFF],
  [/^merge\..*\.driver$/, "false"],
  [/^core\.fsmonitor$/, "false"],
  [/^core\.hookspath$/, NO_HOOKS],
  [/^(core|sequence)\.editor$/, ":"],
  [/^(core\.pager|interactive\.difffilter)$/, "cat"],
  [/^pager\./, "false"],
  [/^core\.sshcommand$/, "ssh"],
  [/^core\.(askpass|alternaterefscommand)$/, "true"],
  [/^credential\.(.*\.)?helper$/, ""],
  [/^gpg\.(openpgp\.)?program$/, "gpg"],
  [/^gpg\.x509\.program$/, "gpgsm"],
  [/^gpg\.ssh\.program$/, "ssh-keygen"],
  [/^gpg\.ssh\.defaultkeycommand$/, "false"],
  [/^trailer\..*\.(command|cmd)$/, "true"],
  [/^submodule\..*\.update$/, "checkout"],
  [/^remote\..*\.vcs$/, ""],
  [/^protocol\.ext\.allow$/, "never"],
  [/^protocol\.(.*\.)?allow$/, "user"],
  [/^lfs\.(customtransfer|extension)\..*\.(path|clean|smudge)$/, "false"],
  [/^(difftool|mergetool|browser|man)\..*\.(cmd|path)$/, "false"],
  [/^alias\./, "!false"],
]

/** One entry of `git config --list -z --show-scope`. */
export type Entry = { scope: string; key: string; value: string }

/** Returns the environment with every program disabled that these entries configure. */
export function hardened(env: Record<string, string>, entries: Entry[]): Record<string, string> {
  const found = entries.flatMap(({ key }) => overrideOf(key) ?? [])
  return { ...env, ...configuration([...found, ...fixed]) }
}

/** Returns overrides that disable the program of this key; undefined if it sets none. */
export function overrideOf(key: string): Pair[] | undefined {
  const hook = /^(hook\..*)\.\w+$/.exec(key)?.[1]
  if (hook) return [[`${hook}.enabled`, "false"]]
  // Git uses the first value of these keys, and ours would be the second.
  if (/^remote\..*\.(uploadpack|receivepack)$/.test(key)) return [["protocol.file.allow", "never"]]
  if (key === "core.gitproxy") return [["protocol.git.allow", "never"]]
  const known = programs.find(([pattern]) => pattern.test(key))
  return known && [[key, known[1]]]
}

export function readListing(listing: string): Entry[] {
  const fields = listing.split("\0")
  const entries: Entry[] = []
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [scope = "", text = ""] = fields.slice(i)
    const end = text.indexOf("\n")
    const key = end < 0 ? text : text.slice(0, end)
    entries.push({ scope, key, value: end < 0 ? "" : text.slice(end + 1) })
  }
  return entries
}

/** Uses variables, because `git -c` splits `filter.a=b.clean=` at the first `=`. */
export function configuration(pairs: Pair[]): Record<string, string> {
  const variables = pairs.flatMap(([key, value], n) => [
    [`GIT_CONFIG_KEY_${n}`, key],
    [`GIT_CONFIG_VALUE_${n}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(pairs.length), ...Object.fromEntries(variables) }
}

import { inherited } from "../config/inherited"
import type { Environment } from "../home/home"

type Rule = {
  /** Keep it from running programs. */
  flags: string[]
  /** Whether it looks into submodules for changes, whose configurations then count too. */
  entersSubmodules?: true
}

const plain: Rule = { flags: [] }
const diffing: Rule = { flags: ["--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty"] }
const working: Rule = { flags: [], entersSubmodules: true }

/**
 * The git commands that we use. One belongs here only together with a test that it stays quiet in
 * a repository that names a program wherever it can.
 */
const rules = {
  ...{ diff: diffing, "diff-files": diffing, "diff-index": diffing, "diff-tree": diffing },
  ...{ log: diffing, show: diffing, status: { flags: ["--ignore-submodules=dirty"] } },
  ...{ "rev-parse": plain, "rev-list": plain, "merge-base": plain, "for-each-ref": plain },
  ...{ "ls-files": plain, "ls-tree": plain, "cat-file": plain, config: plain, "patch-id": plain },
  ...{ "hash-object": plain, "write-tree": plain, "commit-tree": plain, "merge-tree": plain },
  ...{ "update-ref": plain, "symbolic-ref": plain, branch: plain, init: plain },
  ...{ add: working, rm: working, mv: working, "update-index": working, "read-tree": working },
  ...{ commit: working, merge: working, stash: working, worktree: working, clean: working },
  ...{ checkout: working, switch: working, restore: working, reset: working },
} satisfies Record<string, Rule>
export type Command = keyof typeof rules
export const commands = Object.keys(rules) as Command[]

export function ruleOf(command: Command): Rule {
  return rules[command]
}

/** What git gets of an environment: no key of ours, and no GIT_DIR or the like of a caller. */
export function gitEnvironment(env: Environment): Record<string, string> {
  return {
    ...inherited(env),
    // Whatever the configuration says, since these win over it.
    ...{ GIT_ALLOW_PROTOCOL: "none", GIT_NO_LAZY_FETCH: "1", GIT_SSH_COMMAND: "false" },
    ...{ GIT_EDITOR: ":", GIT_SEQUENCE_EDITOR: ":", GIT_PAGER: "cat" },
    ...{ GIT_ASKPASS: "true", GIT_TERMINAL_PROMPT: "0" },
    GIT_OPTIONAL_LOCKS: "0",
    // So that messages can be told apart.
    LC_ALL: "C",
    ...configuration(fixed),
  }
}

const NO_HOOKS = "/dev/null"

/** Holds in every repository, whether or not it sets these. */
const fixed: Pair[] = [
  // A directory in a work tree that looks like a repository has a configuration of its own.
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

/** A diff as git would show it, made by the system's `diff` in place of a repository's program. */
const PLAIN_DIFF = `sh -c 'diff -u "$2" "$5" || :' sh`

/**
 * Keys whose value git runs, with what takes its place. `git config` spells the first and the last
 * part of a key in lower case; the one between may be empty, or have dots.
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

/** The environment, with all programs switched off that these entries name. */
export function hardened(env: Record<string, string>, entries: Entry[]): Record<string, string> {
  const found = entries.flatMap(({ key }) => overrideOf(key) ?? [])
  return { ...env, ...configuration([...found, ...fixed]) }
}

/** What makes git do without the program of this key; undefined if the key names none. */
export function overrideOf(key: string): Pair[] | undefined {
  const hook = /^(hook\..*)\.\w+$/.exec(key)?.[1]
  if (hook) return [[`${hook}.enabled`, "false"]]
  // Of these the first value counts, and ours would be the second.
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

/** As variables: `git -c` splits `filter.a=b.clean=` at the first `=`, and does nothing. */
export function configuration(pairs: Pair[]): Record<string, string> {
  const variables = pairs.flatMap(([key, value], n) => [
    [`GIT_CONFIG_KEY_${n}`, key],
    [`GIT_CONFIG_VALUE_${n}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(pairs.length), ...Object.fromEntries(variables) }
}

/** `npm run setup` installs Bun, the dependencies and git's pre-commit hook. */
import { spawnSync } from "node:child_process"
import { fail, prepare, root, say } from "./bootstrap.mjs"

prepare()
const git = (...args) => spawnSync("git", args, { cwd: root, encoding: "utf8" })
if (git("rev-parse", "--git-dir").status !== 0) {
  say("This is not a git repository, so there is no hook to install.")
} else {
  const { status, stderr } = git("config", "core.hooksPath", ".githooks")
  if (status !== 0) fail(`git can't install the hook: ${stderr.trim()}`)
  say("The pre-commit hook is installed. `npm run check` runs all checks.")
}

import type { Environment } from "../home"

/** Where programs are, who runs them, how they speak and where they keep their own settings. */
const inheritable =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|SYSTEMROOT|TZ|LANG|LC_\w+|CLAUDE_CONFIG_DIR)$/

/** The variables that a program needs whoever starts it; no key and no password is among them. */
export function inherited(env: Environment): Record<string, string> {
  const found = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && inheritable.test(name) ? [[name, value] as const] : [],
  )
  return Object.fromEntries(found)
}

import type { Environment } from "../home/home"

/** Variables for paths, the user, the locale and the programs' own settings. */
const inheritable =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|SYSTEMROOT|TZ|LANG|LC_\w+|CLAUDE_CONFIG_DIR)$/

/** Variables through which a program finds the user's display and desktop settings. */
const desktop =
  /^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|DESKTOP_SESSION|BROWSER|(XDG|GNOME|KDE|WSL)_\w+|WSLENV)$/

/** The variables that every program gets. Contains no keys or passwords. */
export function inherited(env: Environment): Record<string, string> {
  return chosen(env, [inheritable])
}

export function inheritedWithDesktop(env: Environment): Record<string, string> {
  return chosen(env, [inheritable, desktop])
}

function chosen(env: Environment, wanted: RegExp[]): Record<string, string> {
  const set = Object.entries(env).filter((it): it is [string, string] => it[1] !== undefined)
  return Object.fromEntries(set.filter(([name]) => wanted.some((pattern) => pattern.test(name))))
}

import type { Environment } from "../home/home"

/** Variables for paths, the user, the locale and the programs' own settings. */
const inheritable =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|SYSTEMROOT|TZ|LANG|LC_\w+|CLAUDE_CONFIG_DIR)$/

/** Variables through which a program finds the user's display and desktop settings. */
const desktop =
  /^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|DESKTOP_SESSION|BROWSER|(XDG|GNOME|KDE|WSL)_\w+|WSLENV)$/

/** The variables that every program gets. Contains no keys or passwords. */
export function inherited(env: Environment): Record<string, string> {
  return chosen(env, (name) => inheritable.test(name))
}

/** The variables for a program that opens a window. */
export function inheritedWithDesktop(env: Environment): Record<string, string> {
  return chosen(env, (name) => inheritable.test(name) || desktop.test(name))
}

function chosen(env: Environment, isWanted: (name: string) => boolean): Record<string, string> {
  const found = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && isWanted(name) ? [[name, value] as const] : [],
  )
  return Object.fromEntries(found)
}

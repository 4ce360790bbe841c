import type { Environment } from "../home/home"

/** Where programs are, who runs them, how they speak and where they keep their own settings. */
const inheritable =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|SYSTEMROOT|TZ|LANG|LC_\w+|CLAUDE_CONFIG_DIR)$/

/** How a program finds the user's screen and settings of the desktop. */
const desktop =
  /^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|DESKTOP_SESSION|BROWSER|(XDG|GNOME|KDE|WSL)_\w+|WSLENV)$/

/** The variables that a program needs whoever starts it; no key and no password is among them. */
export function inherited(env: Environment): Record<string, string> {
  return chosen(env, (name) => inheritable.test(name))
}

/** The same, for a program that opens a window. */
export function inheritedWithDesktop(env: Environment): Record<string, string> {
  return chosen(env, (name) => inheritable.test(name) || desktop.test(name))
}

function chosen(env: Environment, isWanted: (name: string) => boolean): Record<string, string> {
  const found = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && isWanted(name) ? [[name, value] as const] : [],
  )
  return Object.fromEntries(found)
}

/** The program that the operating system runs. Paths are absolute. */
export type Service = {
  command: readonly string[]
  /** The PATH on which it finds git and Claude Code. */
  path: string
  /** How long it may take to stop. */
  stop_s: number
}

/** The operating system's service manager, which starts Amelia when the user logs in. */
export type Manager = {
  name: "systemd" | "launchd"
  /** The file that describes the service to it. */
  file: string
  /** Returns the file's text. Throws a UsageError for a path that it can't hold. */
  text(service: Service): string
  /** Fails if the manager doesn't run for this user. */
  probe: readonly string[]
  /** Run in order, once the file is there. */
  start: readonly (readonly string[])[]
  /** Run in order, while the file is there. */
  stop: readonly (readonly string[])[]
  /** Run in order, once the file is gone. */
  forget: readonly (readonly string[])[]
  /** Prints the service's state, from which `pidOf` reads its process. */
  state: readonly string[]
  pidOf(state: string): number | undefined
  /** Where the service's own output goes besides the log, if anywhere. */
  output?: string
}

/** Returns PATH without relative entries, which would name programs of the current directory. */
export function absoluteEntries(path: string | undefined): string {
  const entries = (path ?? "").split(":").filter((entry) => entry.startsWith("/"))
  return entries.filter((entry) => !hasControls(entry)).join(":") || "/usr/local/bin:/usr/bin:/bin"
}

/** True for line breaks and the like, which no service file can hold. */
export function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

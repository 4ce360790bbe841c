import { isAbsolute, join } from "node:path"
import { UsageError } from "../failure"
import { hasControls, type Manager, type Service } from "./definition"

type Places = { home: string; configHome: string | undefined }

const UNIT = "amelia.service"
const systemctl = (...args: string[]) => ["systemctl", "--user", ...args]

export function systemd({ home, configHome }: Places): Manager {
  const config = configHome && isAbsolute(configHome) ? configHome : join(home, ".config")
  return {
    name: "systemd",
    file: join(config, "systemd/user", UNIT),
    text: unit,
    probe: systemctl("show-environment"),
    start: [systemctl("daemon-reload"), systemctl("enable", UNIT), systemctl("restart", UNIT)],
    stop: [systemctl("disable", "--now", UNIT)],
    forget: [systemctl("daemon-reload")],
    state: systemctl("show", "--property=MainPID", UNIT),
    pidOf: (state) => Number(/^MainPID=([1-9]\d*)$/m.exec(state)?.[1]) || undefined,
    output: "journalctl --user -u amelia -f",
  }
}

/** See systemd.service(5), systemd.exec(5) and systemd.kill(5). */
function unit({ command, path, stop_s }: Service): string {
  const [program = ""] = command
  if (/["'\\]/.test(program) || command.some(hasControls)) {
    const sentence = `systemd can't run ${JSON.stringify(command.join(" "))}: a path has quotes, backslashes or line breaks.`
    throw new UsageError(`${sentence} Move it to a plain path.`)
  }
  // The colon switches off variables, such as $HOME in a path.
  return `# Written by \`amelia service install\`. \`amelia service remove\` removes it.
[Unit]
Description=Amelia

[Service]
Type=exec
ExecStart=:${command.map(quoted).join(" ")}
Environment=${quoted(`PATH=${path}`)}
Restart=on-failure
RestartSec=5
# Wrong settings stay wrong.
RestartPreventExitStatus=2
# Amelia ends the programs of its runs by itself, within SHUTDOWN_TIMEOUT.
KillMode=mixed
TimeoutStopSec=${stop_s}
# A program of a run that takes all memory must not end the server with it.
OOMPolicy=continue
# No more than this: sandboxes need namespaces, and runs need their files and the network.
NoNewPrivileges=yes
RestrictRealtime=yes

[Install]
WantedBy=default.target
`
}

/** Quotes a word. `%` would begin a specifier. */
function quoted(word: string): string {
  return `"${word.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%")}"`
}

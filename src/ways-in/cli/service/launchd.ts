import { join } from "node:path"
import { UsageError } from "../failure"
import { hasControls, type Manager, type Service } from "./definition"

const LABEL = "local.amelia"

export function launchd({ home, uid }: { home: string; uid: number }): Manager {
  const domain = `gui/${uid}`
  const target = `${domain}/${LABEL}`
  const file = join(home, "Library/LaunchAgents", `${LABEL}.plist`)
  return {
    name: "launchd",
    file,
    text: (service) => plist(service, home),
    probe: ["launchctl", "print", domain],
    start: [
      ["launchctl", "enable", target],
      ["launchctl", "bootstrap", domain, file],
    ],
    stop: [["launchctl", "bootout", target]],
    forget: [],
    state: ["launchctl", "print", target],
    pidOf: (state) => Number(/^\s*pid = (\d+)$/m.exec(state)?.[1]) || undefined,
  }
}

/** See launchd.plist(5). Its output goes nowhere: nothing would ever shorten such a file. */
function plist({ command, path, stop_s }: Service, home: string): string {
  if (command.some(hasControls)) {
    const sentence = `launchd can't run ${JSON.stringify(command.join(" "))}: a path has line breaks.`
    throw new UsageError(`${sentence} Move it to a plain path.`)
  }
  const string = (text: string) => `<string>${escaped(text)}</string>`
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by amelia service install, removed by amelia service remove. -->
<plist version="1.0">
<dict>
  <key>Label</key>
  ${string(LABEL)}
  <key>ProgramArguments</key>
  <array>
${command.map((word) => `    ${string(word)}`).join("\n")}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    ${string(path)}
  </dict>
  <key>WorkingDirectory</key>
  ${string(home)}
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ExitTimeOut</key>
  <integer>${stop_s}</integer>
</dict>
</plist>
`
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
}

import { expect, test } from "bun:test"
import { chmod, mkdir, readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { Parser } from "htmlparser2"
import { absoluteEntries } from "../src/ways-in/cli/service/definition"
import { launchd } from "../src/ways-in/cli/service/launchd"
import { systemd } from "../src/ways-in/cli/service/systemd"
import { command } from "./support/amelia"
import { testFolder } from "./support/folder"
import { testServer } from "./support/server"

const onLinux = test.skipIf(process.platform !== "linux")
const home = "/home/a"
const unitOf = (words: string[], path = "/usr/bin") =>
  systemd({ home, configHome: undefined }).text({ command: words, path, stop_s: 40 })
/** A path that a shell, systemd or XML would take apart. */
const awkward = 'it\'s "$HOME" %h $(touch x); <b>&amp; \\ é'

/** A home directory whose `systemctl` notes what it is asked, and runs a service by its name only. */
async function standIn({ pid = 0, answers = true } = {}) {
  const folder = await testFolder({ pid: `${pid}` })
  const script = `#!/bin/sh
printf '%s\\n' "$*" >> '${folder.at("asked")}'
case "$2" in
  show-environment) ${answers ? "exit 0" : "echo 'Failed to connect to bus' >&2; exit 1"} ;;
  show) echo "MainPID=$(cat '${folder.at("pid")}')" ;;
  disable) echo 0 > '${folder.at("pid")}' ;;
  restart) echo ${pid} > '${folder.at("pid")}' ;;
esac
`
  await folder.write({ "bin/systemctl": script })
  await chmod(folder.at("bin/systemctl"), 0o755)
  const env = { HOME: folder.path, PATH: `relative:${folder.at("bin")}:/usr/bin:/bin` }
  const file = folder.at(".config/systemd/user/amelia.service")
  return {
    ...{ env, file },
    asked: async () => (await readFile(folder.at("asked"), "utf8")).trim().split("\n"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

onLinux("amelia service installs, shows and removes a unit of the user", async () => {
  await using server = await testServer()
  await using at = await standIn({ pid: process.pid })
  const key = "sk-ant-a-secret"
  const env = { ...at.env, ANTHROPIC_API_KEY: key }
  const service = (verb: string, ...more: string[]) =>
    command(["service", verb, ...more], { home: server.home, env })

  const installed = await service("install")
  expect(installed.code, installed.err).toBe(0)
  expect(installed.out).toContain(`Service: ${at.file}`)
  expect(installed.out).toContain(`Running: process ${process.pid}, ${server.url}`)
  expect(installed.out).toContain(join(server.home, "logs/amelia.log"))
  expect(installed.out).toContain("journalctl --user -u amelia")
  expect(installed.err).toContain("ANTHROPIC_API_KEY")
  expect(installed.err).toContain("loginctl enable-linger")
  const unit = await readFile(at.file, "utf8")
  expect(unit).toContain(`"serve" "--home" "${server.home}"`)
  expect(unit).toContain(`PATH=${at.env.PATH.slice("relative:".length)}"`)
  expect(unit).toContain("TimeoutStopSec=11")
  expect(unit).not.toContain(key)
  const starts = ["--user daemon-reload", "--user enable amelia.service"]
  expect(await at.asked()).toEqual(
    expect.arrayContaining([...starts, "--user restart amelia.service"]),
  )

  const shown = await service("status", "--json")
  expect({ code: shown.code, ...JSON.parse(shown.out) }).toMatchObject({
    ...{ code: 0, installed: true, pid: process.pid, url: server.url },
  })
  expect((await service("install")).code).toBe(0)
  expect((await service("remove")).out).toContain(`Your data stay in ${server.home}`)
  expect((await at.asked()).at(-1)).toBe("--user daemon-reload")
  expect(await Bun.file(at.file).exists()).toBe(false)
  expect((await service("remove")).out).toBe("There is no service.\n")
  expect(await service("status")).toMatchObject({ code: 1, out: expect.stringContaining("no") })
})

onLinux("it doesn't install a second server for a home that one already has", async () => {
  await using server = await testServer()
  await using at = await standIn()
  const { code, err } = await command(["service", "install"], { home: server.home, env: at.env })
  expect({ code, installed: await Bun.file(at.file).exists() }).toEqual({
    ...{ code: 1, installed: false },
  })
  expect(err).toContain(`at ${server.url} (process ${process.pid}). Stop it, then run this again.`)
})

onLinux("where no service manager answers, it says what to do instead", async () => {
  await using folder = await testFolder()
  const without = { HOME: folder.path, PATH: folder.path }
  const none = await command(["service", "install"], { home: folder.path, env: without })
  expect(none.code).toBe(2)
  expect(none.err).toContain("neither systemd nor launchd")
  expect(none.err).toMatch(/run: .* serve\n/)
  await using at = await standIn({ answers: false })
  const silent = await command(["service", "status"], { home: folder.path, env: at.env })
  expect(silent.code).toBe(2)
  expect(silent.err).toContain("Failed to connect to bus")
})

const verify = Bun.which("systemd-analyze")
test.skipIf(!verify)("systemd reads the unit as it is meant, whatever the paths are", async () => {
  await using folder = await testFolder()
  const program = folder.at("a $HOME %h; $(touch x) é/amelia")
  await mkdir(dirname(program))
  await Bun.write(program, "#!/bin/sh\n")
  await chmod(program, 0o755)
  await folder.write({ "amelia.service": unitOf([program, "serve", "--home", awkward], awkward) })
  const argv = [verify ?? "", "--user", "verify", folder.at("amelia.service")]
  const child = Bun.spawn(argv, {
    env: { PATH: process.env.PATH ?? "", HOME: folder.path, XDG_RUNTIME_DIR: folder.path },
    stderr: "pipe",
  })
  const said = await new Response(child.stderr).text()
  expect({ code: await child.exited, said }).toEqual({ code: 0, said: "" })
})

test("what systemd could take for something else is quoted, and what it can't hold is refused", () => {
  const unit = unitOf(["/bin/amelia", "serve", "--home", awkward])
  expect(unit).toContain(
    'ExecStart=:"/bin/amelia" "serve" "--home" "it\'s \\"$HOME\\" %%h $(touch x); <b>&amp; \\\\ é"\n',
  )
  for (const words of [
    ["/bin/it's/amelia"],
    ["/bin/amelia", "--home", "/h\nExecStartPre=/bin/x"],
  ]) {
    expect(() => unitOf(words)).toThrow("Move it to a plain path.")
  }
  expect(absoluteEntries("bin::./x:/usr/bin:/a\nb:/bin")).toBe("/usr/bin:/bin")
})

test("launchd gets every word as it is", () => {
  const words = ["/Applications/amelia", "serve", "--home", awkward]
  const manager = launchd({ home, uid: 501 })
  const text = manager.text({ command: words, path: "/usr/bin:/bin", stop_s: 40 })
  const strings: string[] = []
  let open = false
  const handler = {
    onopentagname(name: string) {
      open = name === "string"
      if (open) strings.push("")
    },
    ontext(part: string) {
      if (open) strings.push(`${strings.pop()}${part}`)
    },
    onclosetag() {
      open = false
    },
  }
  const parser = new Parser(handler, { xmlMode: true, decodeEntities: true })
  parser.end(text)
  expect(strings).toEqual(["local.amelia", ...words, "/usr/bin:/bin", home])
  expect(manager.file).toBe("/home/a/Library/LaunchAgents/local.amelia.plist")
  expect(manager.pidOf("gui/501/local.amelia = {\n\tstate = running\n\tpid = 4711\n}")).toBe(4711)
})

import { expect, test } from "bun:test"
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { CONVERT } from "../src/engines/convert/child-protocol"
import { descendantsOf, listProcesses } from "../src/platform/processes/processes"
import { seatbeltProfile } from "../src/platform/processes/sandbox/seatbelt"
import { explain } from "../src/platform/processes/sandbox/trial"
import { claudeCli, said } from "./support/claude-cli"
import { lines, pdf } from "./support/pdf"
import { rejection } from "./support/rejection"
import { testRepository } from "./support/repository"
import { canSandbox, skipped, testFolder } from "./support/sandbox"
import { testServer } from "./support/server"

const testConfined = test.skipIf(!canSandbox)
const coder = { name: "Coder", type: "claude_code" } as const
const PATH = process.env.PATH ?? ""

/** Runs a script as a tool of Claude Code, in a repository. Returns what the script wrote. */
async function asTool(script: (at: Workshop) => string, settings: Record<string, string> = {}) {
  await using repo = await testRepository()
  await using peer = await claudeCli()
  const state = join(peer.dir, ".claude")
  await using user = await userHome()
  await Bun.write(join(user.path, ".ssh", "id_ed25519"), "a private key")
  await Bun.write(join(user.path, "notes"), "notes of the user")
  const env = { PATH, HOME: user.path, CLAUDE_CONFIG_DIR: state }
  await using server = await testServer({
    settings: { CLAUDE_CODE_PATH: peer.path, ...env, ...settings },
  })
  const at = { repo: repo.path, home: server.home, user: user.path, state, url: server.url }
  await peer.set({ say: said.init }, { script: script(at) }, { say: said.result() })
  const { id } = await server.client.createAgent(coder)
  const { output } = await server.client.runAgent(id, { input: { query: "Go.", repo: repo.path } })
  const changed = (output as { files_changed: string[] }).files_changed
  return { said: await peer.ran(), changed, at, log: await repo.git("log", "--format=%s") }
}
type Workshop = { repo: string; home: string; user: string; state: string; url: string }

/** Not among the temporary files, which a sandbox hides. */
async function userHome() {
  const dist = join(import.meta.dir, "..", "dist")
  await mkdir(dist, { recursive: true })
  const path = await mkdtemp(join(dist, "user-"))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

testConfined(
  `an agent works and commits in its repository, and nowhere else${skipped}`,
  async () => {
    const commit = "git -c user.name=A -c user.email=a@localhost commit --quiet --all --message Two"
    const { said, changed, log } = await asTool(
      ({ user, state, home, url }) => `
      echo two > a.txt; ${commit}
      echo "notes: $(cat ${user}/notes)"; echo x > ${user}/notes
      echo "key: $(cat ${user}/.ssh/id_ed25519)"; echo "home: $(ls ${home})"
      echo '{"hooks": {}, "mine": 1}' > ${state}/settings.json
      echo x > ${state}/hooks/x; echo x > ${state}/projects
      echo '{"mcpServers": {}}' > ${state}/.claude.json; echo "state: $(cat ${state}/.claude.json)"
      echo "server: $(curl --silent --max-time 5 ${url}/live)"
      echo "server: $(curl --silent --max-time 5 --noproxy '' --proxy $HTTPS_PROXY ${url}/live)"
      echo cached > $XDG_CACHE_HOME/file && echo "cache: $(cat $XDG_CACHE_HOME/file)"
      echo "settings: $(cat ${state}/settings.json)"`,
    )
    const at = said
      .split("\n")
      .filter((line) => /^(notes|key|home|state|server|cache|settings): /.test(line))
    expect(at).toEqual([
      ...["notes: notes of the user", "key: ", "home: ", 'state: {"mcpServers": {}}'],
      expect.stringMatching(/^server: (This proxy.*)?$/),
      expect.stringMatching(/^server: 127\.0\.0\.1 is this machine/),
      ...["cache: cached", "settings: {}"],
    ])
    expect(said.match(/Read-only file system/g)?.length).toBeGreaterThanOrEqual(3)
    expect(changed).toEqual(["a.txt"])
    expect(log).toBe("Two\nOne\n")
  },
)

testConfined(`SANDBOX_WRITABLE and SANDBOX_HOSTS allow more${skipped}`, async () => {
  await using more = await testFolder()
  using other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("other") })
  const pair = `127.0.0.1:${other.port}`
  const { said } = await asTool(
    () => `echo written > ${more.path}/file; curl --silent --max-time 5 http://${pair}/`,
    { SANDBOX_WRITABLE: more.path, SANDBOX_HOSTS: `localhost:1, ${pair}` },
  )
  expect(said).toBe("other")
  expect(await readFile(join(more.path, "file"), "utf8")).toBe("written\n")
})

test("with SANDBOX=off nothing is sandboxed", async () => {
  const { said, at } = await asTool(({ home, user }) => `ls ${home}; cat ${user}/.ssh/id_ed25519`, {
    SANDBOX: "off",
  })
  expect(said).toContain("a private key")
  expect(said).toContain("db")
  expect(at).toBeDefined()
})

test("if a required sandbox doesn't work, nothing is started and the error says why", async () => {
  await using at = await testFolder()
  for (const name of ["git", "sh"]) {
    const path = join(at.path, name)
    await Bun.write(path, `#!/bin/sh\nexec ${Bun.which(name)} "$@"\n`)
    await chmod(path, 0o755)
  }
  await using repo = await testRepository()
  await using peer = await claudeCli({ say: said.result() })
  await using server = await testServer({
    settings: { CLAUDE_CODE_PATH: peer.path, HOME: peer.dir, PATH: at.path, SANDBOX: "required" },
  })
  const sentence =
    process.platform === "linux" ? "bubblewrap is not installed. Install the package" : "SANDBOX"
  const { id } = await server.client.createAgent(coder)
  const input = { query: "Go.", repo: repo.path }
  const failure = await rejection(server.client.runAgent(id, { input }))
  expect(failure.message).toContain(sentence)
  const custom = { type: "custom", system_prompt: "You write.", model: "claude-code" } as const
  const writer = await server.client.createAgent({ name: "Writer", ...custom })
  const question = { input: { query: "Write." } }
  expect((await rejection(server.client.runAgent(writer.id, question))).message).toContain(sentence)
  const file = { name: "a.pdf", content: pdf([lines(["A wombat."])]) }
  const [document] = await server.client.settleDocuments(
    await server.client.uploadDocuments([file]),
  )
  expect(document?.error).toContain(sentence)
  expect(await Bun.file(join(peer.dir, ".claude", "seen.jsonl")).exists()).toBe(false)
})

testConfined(
  `a file is read without a network, and sees of the home nothing but itself${skipped}`,
  async () => {
    await using server = await testServer()
    const pages = Array.from({ length: 2000 }, (_, i) => lines([`Page ${i} says something.`]))
    const uploaded = await server.client.uploadDocuments([{ name: "a.pdf", content: pdf(pages) }])
    const pid = await converter()
    const network = (id: number | "self") =>
      Bun.spawnSync(["readlink", `/proc/${id}/ns/net`]).stdout
    expect(network(pid)).not.toEqual(network("self"))
    const seen = await readdir(`/proc/${pid}/root${server.home}`, { recursive: true })
    expect(seen.filter((name) => !name.includes("/"))).toEqual(["uploads"])
    expect(seen.filter((name) => /[^/]+\/.*[^/]/.test(name)).length).toBeLessThanOrEqual(2)
    const [document] = await server.client.settleDocuments(uploaded)
    expect(document).toMatchObject({ status: "indexed" })
  },
)

async function converter(): Promise<number> {
  for (;;) {
    for (const { pid } of descendantsOf(process.pid, listProcesses())) {
      const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")
      if (line.includes(CONVERT) && !line.includes("bwrap")) return pid
    }
    await Bun.sleep(5)
  }
}

const causes: [string, string, Record<string, string>, string, string][] = [
  ["an old version", "bwrap: Unknown option --disable-userns", {}, "too old", "0.8"],
  [
    "Debian's switch",
    "x",
    { "kernel/unprivileged_userns_clone": "0" },
    "kernel",
    "sysctl -w kernel.",
  ],
  ["a limit of none", "x", { "user/max_user_namespaces": "0" }, "kernel", "sysctl -w user."],
  [
    ...(["Ubuntu's AppArmor", "bwrap: setting up uid map: Permission denied"] as const),
    ...([{ "kernel/apparmor_restrict_unprivileged_userns": "1" }, "AppArmor", "profile"] as const),
  ],
  ["a container", "bwrap: No permissions", { "/.dockerenv": "" }, "container", "SANDBOX=off"],
]
test.each(causes)(
  "%s is reported as the reason that the sandbox does not work",
  (_, stderr, system, found, fix) => {
    const names = Object.keys(system)
    const why = explain(stderr, { exists: (it) => names.includes(it), setting: (it) => system[it] })
    expect(why).toEqual({
      found: expect.stringContaining(found),
      fix: expect.stringContaining(fix),
    })
    const unknown = explain("bwrap: no luck", { exists: () => false, setting: () => undefined })
    expect(unknown.found).toContain("bwrap: no luck")
  },
)

test("on macOS the longest path decides too, and loopback is blocked except for named ports", () => {
  const source = undefined
  const profile = seatbeltProfile(
    { network: "outside", reachable: ["127.0.0.1:8080", "localhost:9", "10.0.0.1:70"] },
    [
      { path: "/Users/a/work", access: "writable", source },
      { path: "/Users/a/work/.git/hooks", access: "readable", source },
      { path: '/Users/a/"quoted"', access: "hidden", source },
    ],
  )
  expect(profile.split("\n").slice(-10)).toEqual([
    '(allow file-write* (regex #"^/dev/(null|zero|tty|fd/|std(out|err)$)"))',
    '(allow file-read* file-write* (subpath "/Users/a/work"))',
    '(allow file-read* (subpath "/Users/a/work/.git/hooks"))',
    '(deny file-write* (subpath "/Users/a/work/.git/hooks"))',
    '(deny file-read* file-write* (subpath "/Users/a/\\"quoted\\""))',
    '(deny network* (remote ip "localhost:*"))',
    "(deny network-outbound (remote unix-socket))",
    '(allow network-outbound (literal "/private/var/run/mDNSResponder"))',
    '(allow network-outbound (remote ip "localhost:8080"))',
    '(allow network-outbound (remote ip "localhost:9"))',
  ])
  expect(seatbeltProfile({ network: "none" }, [])).toEndWith("(deny network*)")
})

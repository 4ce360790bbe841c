import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Glob } from "bun"

const VERSION_MIN = 15

/** Where Debian keeps the programs of its newest PostgreSQL; undefined: there is none new enough. */
export const postgresPrograms: string | undefined = newestPrograms()

export const noPostgres = "skipped without PostgreSQL 15 or newer in /usr/lib/postgresql"

/** An empty server; a role with all rights may connect to `url` and make databases. */
export type TestPostgres = { url: string } & AsyncDisposable

/**
 * It lives as long as its standard input: when the test process dies, however it does, the server
 * is ended and its data removed. Signals, such as a terminal's Ctrl-C, are not for it.
 * Arguments: programs, folder for the data, port.
 */
const script = `
trap '' INT TERM HUP PIPE
at=$(mktemp -d "$2/amelia-postgres-XXXXXX") || exit
trap '"$1/pg_ctl" -D "$at/data" -s -m immediate stop 2>/dev/null; rm -rf "$at"' EXIT
said() { cat "$at/log" >&2; exit 1; }
"$1/initdb" -D "$at/data" -U amelia -A trust -E UTF8 --locale=C --locale-provider=icu \\
  --icu-locale=en -N --no-instructions >"$at/log" 2>&1 || said
options="-h 127.0.0.1 -p $3 -k '' -F -c full_page_writes=off -c max_connections=200 \\
  -c temp_file_limit=1GB"
"$1/pg_ctl" -D "$at/data" -s -w -l "$at/log" -o "$options" start || said
echo ready
cat >/dev/null
`

/** A private PostgreSQL on a free port of loopback, that need not outlive a power cut. */
export async function startPostgres(): Promise<TestPostgres> {
  for (let attempts = 3; ; attempts--) {
    try {
      return await start(await freePort())
    } catch (error) {
      // Somebody else may have taken the port in this moment.
      if (attempts === 1) throw error
    }
  }
}

async function start(port: number): Promise<TestPostgres> {
  // PostgreSQL refuses to run as root.
  const as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
  const user = process.getuid?.() === 0 ? as : []
  const given = [postgresPrograms ?? "", tmpdir(), `${port}`]
  const child = Bun.spawn([...user, "sh", "-c", script, "sh", ...given], {
    cwd: "/",
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    stdio: ["pipe", "pipe", "pipe"],
  })
  const said = await child.stdout.getReader().read()
  if (said.done) {
    throw new Error(`PostgreSQL did not start: ${await new Response(child.stderr).text()}`)
  }
  return {
    url: `postgres://amelia@127.0.0.1:${port}/postgres`,
    async [Symbol.asyncDispose]() {
      await child.stdin.end()
      await child.exited
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function newestPrograms(): string | undefined {
  const [newest] = [...new Glob("*/bin/initdb").scanSync("/usr/lib/postgresql")]
    .map((path) => Number.parseInt(path, 10))
    .filter((version) => version >= VERSION_MIN)
    .sort((a, b) => b - a)
  return newest ? join("/usr/lib/postgresql", `${newest}`, "bin") : undefined
}

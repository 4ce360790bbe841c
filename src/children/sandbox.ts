import { mkdtemp, realpath, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BRIDGE } from "./messages"
import { ownCommand } from "./own-command"
import { bubblewrapArguments } from "./sandbox/bubblewrap"
import { openProxy } from "./sandbox/proxy"
import { seatbeltProfile } from "./sandbox/seatbelt"
import { viewOf } from "./sandbox/view"

/**
 * What a program may do. All files can be read and none written, except for these paths; where one
 * lies in another, the longer path decides. Paths that don't exist are ignored.
 */
export type Policy = {
  writable: string[]
  /** Read-only, although they lie in something hidden or writable. */
  readable?: string[]
  /** The program sees an empty folder or file instead. */
  hidden: string[]
  /** Files of which the program gets a copy that it may write. Its changes are thrown away. */
  copied?: string[]
  /** `outside` is the public internet, through a proxy that refuses every other address. */
  network: "none" | "outside" | "all"
  /** `host:port` pairs that `outside` allows as well, whatever their addresses are. */
  reachable?: string[]
}

/** A policy, and the program that enforces it: bubblewrap, or sandbox-exec on macOS. */
export type Sandbox = Policy & { program: string }

export type Command = { argv: [string, ...string[]]; cwd: string; env: Record<string, string> }

type Entered = { argv: [string, ...string[]]; leave: () => Promise<void> }

/**
 * The command line that runs a command in a sandbox. Call `leave` when the command has ended. The
 * program in `argv` must be an absolute path.
 */
export async function enterSandbox(command: Command, sandbox: Sandbox): Promise<Entered> {
  // Private, so that nobody else can use the proxy's socket.
  const folder = await realpath(await mkdtemp(join(tmpdir(), "amelia-sandbox-")))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    if (process.platform === "darwin") {
      const profile = seatbeltProfile(sandbox, await viewOf(command, sandbox, folder))
      return { argv: [sandbox.program, "-p", profile, ...command.argv], leave: remove }
    }
    const proxy =
      sandbox.network === "outside" ? await bridged(command, sandbox, folder) : undefined
    const { argv = command.argv, readable = [], close } = proxy ?? {}
    const shown = { ...sandbox, readable: [...(sandbox.readable ?? []), ...readable] }
    const mounts = await viewOf(command, shown, folder)
    const options = bubblewrapArguments(mounts, sandbox.network, command.cwd)
    const leave = async () => {
      close?.()
      await remove()
    }
    return { argv: [sandbox.program, ...options, ...argv], leave }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Puts a command behind a bridge to a proxy outside. See `bridgeNetwork`. */
async function bridged({ argv, cwd }: Command, { reachable = [] }: Sandbox, folder: string) {
  const socket = join(folder, "proxy")
  const proxy = await openProxy(socket, reachable)
  const bridge = ownCommand(BRIDGE)
  const options = JSON.stringify({ socket, cwd, reachable, argv })
  return {
    argv: [...bridge, options] satisfies [string, ...string[]],
    readable: [socket, ...bridge.filter((part) => part.startsWith("/"))],
    close: proxy.close,
  }
}

import { mkdtemp, realpath, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BRIDGE } from "../messages"
import { ownCommand } from "../own-command"
import { bubblewrapArguments } from "./bubblewrap"
import type { Command, Sandbox } from "./policy"
import { openProxy } from "./proxy"
import { seatbeltProfile } from "./seatbelt"
import { viewOf } from "./view"

type Entered = { argv: [string, ...string[]]; leave: () => Promise<void> }

/**
 * Returns the command line that runs a command in a sandbox. Call `leave` when the command has
 * ended. The program in `argv` must be an absolute path.
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

/** Puts a command behind a bridge to an outside proxy; see `bridgeNetwork`. */
async function bridged(
  { argv, cwd, hasSecret = false }: Command,
  { reachable = [] }: Sandbox,
  folder: string,
) {
  const socket = join(folder, "proxy")
  const proxy = await openProxy(socket, reachable)
  const options = JSON.stringify({ socket, cwd, reachable, argv, hasSecret })
  return {
    argv: [...ownCommand(BRIDGE), options] satisfies [string, ...string[]],
    readable: [socket],
    close: proxy.close,
  }
}

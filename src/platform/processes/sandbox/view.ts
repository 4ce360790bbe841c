import { copyFile, realpath, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { isIn } from "../../files/is-in"
import { ownFiles } from "../own-command"
import type { Command, Policy } from "./policy"

/** A path as the program sees it: a file or folder of this machine, or an empty folder. */
export type Mount = {
  path: string
  /** `shown` is readable only where it would be hidden, and unchanged elsewhere. */
  access: "shown" | "readable" | "writable" | "copied" | "temporary" | "hidden"
  /** Undefined for a new, empty folder. */
  source: string | undefined
}

/** Hidden, because their sockets (Docker, D-Bus, key agents, displays) accept connections. */
const sockets = [
  ...["/run", "/var/run", "/mnt/wslg"],
  ...["/var/snap/lxd/common/lxd", "/var/lib/lxd", "/var/lib/incus"],
]

/** Shown although /run is hidden, because NixOS keeps its programs there. */
const programs = ["/run/current-system", "/run/opengl-driver"]

const temporary = ["/tmp", "/var/tmp", tmpdir()]
/** Variables that set another folder for temporary files. */
const temporaryVariables = ["TMPDIR", "TEMP", "TMP"]

/** Returns a policy's mounts in order. `folder` is for files made for this sandbox only. */
export async function viewOf(
  { argv, cwd, env }: Command,
  policy: Policy,
  folder: string,
): Promise<Mount[]> {
  const named = temporaryVariables.flatMap((name) => env[name] ?? [])
  // systemd's resolver keeps its settings in /run.
  const resolver = policy.network === "all" ? ["/run/systemd/resolve"] : []
  // If a path appears twice, the later line wins.
  const wanted: [Mount["access"], string[]][] = [
    ["shown", [...programs, ...resolver, ...ownFiles, argv[0], cwd]],
    ["temporary", [...temporary, ...named]],
    ["writable", policy.writable],
    ["copied", policy.copied ?? []],
    ["readable", policy.readable ?? []],
    ["hidden", [...sockets, ...policy.hidden]],
  ]
  const access = new Map<string, Mount["access"]>()
  for (const [kind, paths] of wanted) {
    for (const path of await existing(paths)) access.set(path, kind)
  }
  const inOrder = [...access].sort(([a], [b]) => a.length - b.length)
  const needed = inOrder.filter(([path, kind], at) => {
    const [, around] = inOrder.slice(0, at).findLast(([other]) => isIn(path, other)) ?? []
    if (kind === "hidden") return around !== "hidden"
    if (kind !== "readable" && kind !== "shown") return true
    const isHidden = around === "hidden" || around === "temporary"
    return isHidden || (kind === "readable" && around === "writable")
  })
  return await Promise.all(
    needed.map(async ([path, kind], at) => {
      return { path, access: kind, source: await sourceOf(path, kind, join(folder, `${at}`)) }
    }),
  )
}

async function existing(paths: string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => realpath(path).catch(() => [])))
  return found.flat()
}

async function sourceOf(path: string, access: Mount["access"], made: string) {
  if (access === "readable" || access === "writable" || access === "shown") return path
  if (access === "temporary" || (await stat(path)).isDirectory()) return undefined
  if (access === "copied") await copyFile(path, made)
  else await writeFile(made, "")
  return made
}

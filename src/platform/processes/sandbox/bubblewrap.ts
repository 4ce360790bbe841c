import type { Policy } from "./policy"
import type { Mount } from "./view"

/** Size limits of in-memory folders: temporary ones, and parents of what a hidden one shows. */
const TEMPORARY_BYTES = 2 * 1024 ** 3
const HIDDEN_BYTES = 1024 ** 2

/**
 * Returns the bubblewrap 0.8 options for these mounts. The command can't see or signal other
 * processes, gain privileges, create namespaces or write to our terminal.
 */
export function bubblewrapArguments(
  mounts: Mount[],
  network: Policy["network"],
  cwd: string,
): string[] {
  return [
    ...["--unshare-user", "--disable-userns", "--cap-drop", "ALL"],
    ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
    ...(network === "all" ? [] : ["--unshare-net"]),
    ...["--die-with-parent", "--new-session"],
    ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"],
    // Root could set kernel parameters there without any privilege.
    ...["--ro-bind", "/proc/sys", "/proc/sys"],
    ...["--ro-bind-try", "/proc/sysrq-trigger", "/proc/sysrq-trigger"],
    ...mounts.flatMap(mountArguments),
    ...["--chdir", cwd, "--"],
  ]
}

function mountArguments({ path, access, source }: Mount): string[] {
  if (source === undefined) {
    const [mode, bytes] =
      access === "temporary" ? ["1777", TEMPORARY_BYTES] : ["0755", HIDDEN_BYTES]
    return ["--perms", `${mode}`, "--size", `${bytes}`, "--tmpfs", path]
  }
  const isWritable = access === "writable" || access === "copied"
  return [isWritable ? "--bind" : "--ro-bind", source, path]
}

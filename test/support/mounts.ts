/** A shell in which mounts can be made, and with which they end. */
const shell = ["unshare", "-rm", "sh", "-c"]

/** What comes before a command for it to run with a mount of its own. */
export const mounted = (mount: string) => [...shell, `${mount} && exec "$@"`, "sh"]

/** Whether this user may do that here. */
export const canMount =
  Bun.which("unshare") !== null &&
  Bun.spawnSync([...shell, "mount -t tmpfs tmpfs /mnt"], { stderr: "ignore" }).success

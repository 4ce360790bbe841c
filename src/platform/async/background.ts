/** Runs work one at a time; what is asked for while it runs makes it run once more. */
export function background() {
  let running: Promise<void> | undefined
  let again = false
  let open = true

  async function run(work: () => Promise<void>): Promise<void> {
    do {
      again = false
      await work()
    } while (again && open)
  }

  function tidy(work: () => Promise<void>): void {
    again = true
    if (running || !open) return
    running = run(work).finally(() => {
      running = undefined
    })
  }

  async function close(): Promise<void> {
    open = false
    await running
  }

  return { tidy, close }
}

/** Runs work one call at a time. Requests during a run cause one more run. */
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

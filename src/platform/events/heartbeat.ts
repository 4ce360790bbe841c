export type Heartbeat = {
  /** Says that the other side has sent something. */
  heard(): void
  stop(): void
}

/** Pings each `interval_ms`, and gives up when `answer_ms` after a ping nothing was heard. */
export function startHeartbeat(options: {
  interval_ms: number
  answer_ms: number
  ping: () => void
  giveUp: () => void
}): Heartbeat {
  let deadline: Timer | undefined
  const pings = setInterval(() => {
    options.ping()
    deadline ??= setTimeout(options.giveUp, options.answer_ms)
  }, options.interval_ms)

  function heard() {
    clearTimeout(deadline)
    deadline = undefined
  }
  return {
    heard,
    stop() {
      clearInterval(pings)
      heard()
    },
  }
}

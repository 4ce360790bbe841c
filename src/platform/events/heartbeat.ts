export type Heartbeat = {
  /** Call this when the other side has sent something. */
  heard(): void
  stop(): void
}

/** Pings every `interval_ms`. Calls `giveUp` if nothing arrives within `answer_ms` of a ping. */
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

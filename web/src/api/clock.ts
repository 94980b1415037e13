/** Time as an argument: whoever waits gets one of these, and tests hand in one that they move themselves. */
export interface Clock {
  /** Unix milliseconds of this device. */
  now(): number
  /** Runs `action` once after `delayMs`; the result cancels it. */
  after(delayMs: number, action: () => void): () => void
}

export const systemClock: Clock = {
  // eslint-disable-next-line no-restricted-properties -- the one place where the clock comes from
  now: () => Date.now(),
  after(delayMs, action) {
    // eslint-disable-next-line no-restricted-globals -- as above
    const timer = setTimeout(action, delayMs)
    return () => clearTimeout(timer)
  },
}

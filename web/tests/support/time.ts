import type { Clock } from '@/api/clock'

/** A clock that stands still until the test moves it. */
export class FakeClock implements Clock {
  private ms = 1_000_000
  private timers: { atMs: number; act: () => void }[] = []

  now(): number {
    return this.ms
  }

  after(delayMs: number, act: () => void): () => void {
    const timer = { atMs: this.ms + delayMs, act }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((one) => one !== timer)
    }
  }

  advance(byMs: number): void {
    const untilMs = this.ms + byMs
    for (;;) {
      const next = this.timers.filter((one) => one.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (!next) break
      this.timers = this.timers.filter((one) => one !== next)
      this.ms = Math.max(this.ms, next.atMs)
      next.act()
    }
    this.ms = untilMs
  }

  /** The device sleeps: time passes, nothing runs, then everything that is due runs late. */
  sleep(ms: number): void {
    this.ms += ms
    this.advance(0)
  }
}

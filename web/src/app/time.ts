/** One clock for everything that ticks on the screen, corrected to the server's. */

import { readonly, ref } from 'vue'

import { systemClock } from '@/api/clock'

export const clock = systemClock

let offsetMs = 0
const tick = ref(clock.now())

/** The server's time; changes once a second, so that a thousand timers cost one. */
export const nowMs = readonly(tick)

export function serverNowMs(): number {
  return clock.now() + offsetMs
}

/** Called whenever the server says what time it is. */
export function setServerTime(ms: number): void {
  const next = ms - clock.now()
  // Below a second it is only the way here.
  if (Math.abs(next - offsetMs) > 1_000) offsetMs = next
}

function beat(): void {
  tick.value = serverNowMs()
  clock.after(1_000 - (clock.now() % 1_000), beat)
}

beat()

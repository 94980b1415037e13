/** The time zone of the person, in which all times are shown and meant. */

import { computed } from 'vue'

import { session } from './session'

function isKnown(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}

/** The one of the account; the browser's where that is not set, or unknown to this browser. */
export const zone = computed<string>(() => {
  const wished = session.me?.time_zone
  return (wished && isKnown(wished) ? wished : Intl.DateTimeFormat().resolvedOptions().timeZone) || 'UTC'
})

/** What the person likes: kept by the server, and here for the next start. */

import { reactive, watch } from 'vue'

import { clock } from './time'
import { client } from './session'

export interface Preferences {
  sound: boolean
  sound_volume: number
  notify: boolean
  notify_what: 'mine' | 'all'
  badge: boolean
  enter_sends: boolean
  /** 0: sent at once; otherwise how long a message can be taken back. */
  undo_ms: number
  list_width: number
  panel_width: number
  has_panel: boolean
  views_folded: boolean
  sort: 'newest' | 'waiting' | 'priority'
}

const DEFAULTS: Preferences = {
  sound: true,
  sound_volume: 0.5,
  notify: false,
  notify_what: 'mine',
  badge: true,
  enter_sends: true,
  undo_ms: 0,
  list_width: 340,
  panel_width: 300,
  has_panel: true,
  views_folded: false,
  sort: 'newest',
}

const KEY = 'preferences'
const SAVE_AFTER_MS = 1_500

export const preferences = reactive<Preferences>({ ...DEFAULTS, ...read() })

let isAdopting = false

function read(): Partial<Preferences> {
  try {
    return known(JSON.parse(localStorage.getItem(KEY) ?? '{}'))
  } catch {
    return {}
  }
}

/** Only what we know, and only of the right kind: the rest is from another version. */
function known(values: Record<string, unknown>): Partial<Preferences> {
  const fits = Object.entries(DEFAULTS).filter(([name, value]) => typeof values[name] === typeof value)
  return Object.fromEntries(fits.map(([name]) => [name, values[name]]))
}

/** Takes over what the server kept. */
export function adoptPreferences(values: Record<string, unknown>): void {
  isAdopting = true
  Object.assign(preferences, known(values))
  queueMicrotask(() => (isAdopting = false))
}

let cancel: (() => void) | null = null

watch(
  preferences,
  () => {
    localStorage.setItem(KEY, JSON.stringify(preferences))
    if (isAdopting) return
    cancel?.()
    cancel = clock.after(SAVE_AFTER_MS, () => {
      void client.call('trunkline.preferences.set', { preferences: { ...preferences } }).catch(() => {})
    })
  },
  { deep: true, flush: 'sync' },
)

/** What the person likes: kept by the server; here, under the person's number, is only what it does not have yet. */

import { reactive, watch } from 'vue'

import { client, session } from './session'
import { clock } from './time'

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
}

const SAVE_AFTER_MS = 1_500

export const preferences = reactive<Preferences>({ ...DEFAULTS })

/** As they were when we last looked: only what differs from it was changed, and only that is told. */
let before: Preferences = { ...DEFAULTS }

const key = () => `preferences:${session.me?.id ?? 0}`
let isAdopting = false
let cancel: (() => void) | null = null

const unsaved = (): Partial<Preferences> => read(localStorage.getItem(key()))

function read(stored: string | null): Partial<Preferences> {
  try {
    return known(JSON.parse(stored ?? '{}'))
  } catch {
    return {}
  }
}

/** Only what we know, and only of the right kind: the rest is from another version. */
function known(values: Record<string, unknown>): Partial<Preferences> {
  const fits = Object.entries(DEFAULTS).filter(([name, value]) => typeof values[name] === typeof value)
  return Object.fromEntries(fits.map(([name]) => [name, values[name]]))
}

/** Takes over what the server kept, and what was changed here without its hearing of it. */
export function adoptPreferences(values: Record<string, unknown>): void {
  const ours = unsaved()
  adopt({ ...DEFAULTS, ...known(values), ...ours })
  if (Object.keys(ours).length > 0) plan()
}

function adopt(values: Partial<Preferences>): void {
  isAdopting = true
  Object.assign(preferences, values)
  isAdopting = false
}

function plan(): void {
  cancel?.()
  cancel = clock.after(SAVE_AFTER_MS, () => void save())
}

async function save(): Promise<void> {
  const kept = localStorage.getItem(key())
  // Another tab has told them.
  if (kept === null) return
  try {
    await client.call('trunkline.preferences.set', { preferences: read(kept) })
  } catch {
    // They stay here: the next change or the next start tells them again.
    return
  }
  if (localStorage.getItem(key()) === kept) localStorage.removeItem(key())
}

watch(
  preferences,
  () => {
    const changed = Object.entries(preferences).filter(([name, value]) => before[name as keyof Preferences] !== value)
    before = { ...preferences }
    if (isAdopting || changed.length === 0) return
    localStorage.setItem(key(), JSON.stringify({ ...unsaved(), ...Object.fromEntries(changed) }))
    plan()
  },
  { deep: true, flush: 'sync' },
)

/** What another tab of this browser changes holds here at once. */
addEventListener('storage', (event) => event.key === key() && adopt(read(event.newValue)))

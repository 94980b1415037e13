/** The buttons that a bot puts under a message, read from the free shape in which it was sent. */

import { safeAddress } from '@/ui/bbcode'

export interface Button {
  text: string
  /** Where it leads; null: it does something between the customer and the bot. */
  href: string | null
}

const BUTTONS_MAX = 30

/** Rows of buttons. A keyboard is a list of buttons, an object with `BUTTONS`, or either as a text of JSON. */
export function rowsOfButtons(keyboard: unknown): Button[][] {
  const rows: Button[][] = [[]]
  for (const one of list(keyboard).slice(0, BUTTONS_MAX)) {
    const { text, href, breaks } = read(one)
    if (breaks) rows.push([])
    else if (text) rows.at(-1)?.push({ text, href })
  }
  return rows.filter((row) => row.length > 0)
}

function list(keyboard: unknown): unknown[] {
  if (typeof keyboard === 'string') return list(parsed(keyboard))
  if (Array.isArray(keyboard)) return keyboard
  if (typeof keyboard !== 'object' || keyboard === null) return []
  const inner = field(keyboard, 'BUTTONS')
  // PHP writes a list whose keys are not in order as an object.
  return inner === undefined ? Object.values(keyboard) : list(inner)
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? null : value
  } catch {
    return null
  }
}

function read(one: unknown): { text: string; href: string | null; breaks: boolean } {
  const text = String(field(one, 'TEXT') ?? '').trim()
  const link = field(one, 'LINK')
  return { text, href: typeof link === 'string' ? safeAddress(link) : null, breaks: field(one, 'TYPE') === 'NEWLINE' }
}

function field(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined
  return Object.entries(object).find(([key]) => key.toUpperCase() === name)?.[1]
}

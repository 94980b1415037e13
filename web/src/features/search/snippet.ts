/** A text with marks, as stretches one after the other. Marks count UTF-16 units, as texts here do. */

import type { Snippet } from '@/api/types'

export interface Stretch {
  text: string
  isMarked: boolean
}

/** Marks that lie outside of the text or before the one before them are passed over. */
export function stretches(snippet: Snippet): Stretch[] {
  const found: Stretch[] = []
  let at = 0
  const take = (to: number, isMarked: boolean) => {
    if (to > at) found.push({ text: snippet.text.slice(at, to), isMarked })
    at = Math.max(at, to)
  }
  for (const { start, length } of snippet.marks) {
    if (start < at || start + length > snippet.text.length) continue
    take(start, false)
    take(start + length, true)
  }
  take(snippet.text.length, false)
  return found
}

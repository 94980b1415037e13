/** The numbers beside the views. */

import type { Counts } from '@/api/types'

export interface ViewCounts {
  mine: number
  unassigned: number
  all: number
}

export function viewCounts(counts: Counts, meId: number): ViewCounts {
  const sum: ViewCounts = { mine: 0, unassigned: 0, all: 0 }
  for (const line of counts.lines) {
    sum.mine += line.by_owner[meId] ?? 0
    sum.unassigned += line.unassigned
    sum.all += line.open
  }
  return sum
}

export function openOfLine(counts: Counts, lineId: number): number {
  return counts.lines.find((line) => line.line_id === lineId)?.open ?? 0
}

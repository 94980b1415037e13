/** The numbers beside the views. */

import type { Counts } from '@/api/types'

export interface ViewCounts {
  unassigned: number
  all: number
}

export function viewCounts(counts: Counts): ViewCounts {
  const sum: ViewCounts = { unassigned: 0, all: 0 }
  for (const line of counts.lines) {
    sum.unassigned += line.unassigned
    sum.all += line.open
  }
  return sum
}

export function openOfLine(counts: Counts, lineId: number): number {
  return counts.lines.find((line) => line.line_id === lineId)?.open ?? 0
}

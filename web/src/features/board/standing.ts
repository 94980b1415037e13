/** The board as people read it: who needs help first stands first. */

import type { Board, BoardLine, BoardOperator, Counts, Employee } from '@/api/types'

export type Urgency = 'calm' | 'soon' | 'late'

const SOON_MS = 60_000
const LATE_MS = 300_000

export function urgency(sinceMs: number | null, nowMs: number): Urgency {
  const waited = sinceMs === null ? 0 : nowMs - sinceMs
  if (waited >= LATE_MS) return 'late'
  return waited >= SOON_MS ? 'soon' : 'calm'
}

/** Lines with whoever has been waiting longest first, then the fuller ones. */
export function sortedLines(lines: readonly BoardLine[]): BoardLine[] {
  return [...lines].sort((a, b) => (a.waiting_since_ms ?? Infinity) - (b.waiting_since_ms ?? Infinity) || b.open - a.open || a.line_id - b.line_id)
}

export interface OperatorRow extends BoardOperator {
  /** Share of the busiest one's chats, 0 to 1. */
  load: number
}

const RANK: Record<Employee['presence'], number> = { online: 0, away: 1, pause: 2, offline: 3 }

/**
 * Operators with what the feed knows by now about presence and chats; those who are there come first. Who is offline and
 * has nothing is left out.
 */
export function operators(board: Board, employees: ReadonlyMap<number, Employee>, counts: Counts): OperatorRow[] {
  const open = new Map<number, number>()
  for (const line of counts.lines) {
    for (const [owner, count] of Object.entries(line.by_owner)) open.set(Number(owner), (open.get(Number(owner)) ?? 0) + count)
  }
  const rows = board.operators.map((one) => ({
    ...one,
    presence: employees.get(one.user_id)?.presence ?? one.presence,
    open: counts.lines.length > 0 ? (open.get(one.user_id) ?? 0) : one.open,
  }))
  const most = Math.max(1, ...rows.map((row) => row.open))
  return rows
    .filter((row) => row.presence !== 'offline' || row.open > 0)
    .map((row) => ({ ...row, load: row.open / most }))
    .sort((a, b) => RANK[a.presence] - RANK[b.presence] || b.open - a.open || a.user_id - b.user_id)
}

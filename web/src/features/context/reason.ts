/** Why a chat came to whom it came, as short lines: the server's decision in its own words. */

const LINES_MAX = 25

export function reasonLines(reason: string): string[] {
  return reason.split(/;\s+|\n/).map((line) => line.trim()).filter(Boolean).slice(0, LINES_MAX)
}

/** Why a chat came to whom it came, as short lines: the server's decision in its own words and numbers. */

export interface Line {
  name: string
  text: string
}

const LINES_MAX = 20

/** Reads whatever shape the decision has: a text, a list, or names and values. */
export function reasonOf(answer: Record<string, unknown>): Line[] {
  const session = (answer.session ?? answer) as Record<string, unknown>
  const reason = answer.reason ?? session.reason ?? answer.decision ?? session.decision
  return lines('reason', reason).slice(0, LINES_MAX)
}

function lines(name: string, value: unknown): Line[] {
  if (value === null || value === undefined || value === '') return []
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one !== 'object')) return value.length ? [{ name, text: value.join(', ') }] : []
    return value.flatMap((one, index) => lines(`${name} ${index + 1}`, one))
  }
  if (typeof value === 'object') return Object.entries(value).flatMap(([inner, each]) => lines(inner, each))
  return [{ name, text: String(value) }]
}

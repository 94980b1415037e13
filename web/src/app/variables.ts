/** Variables of quick answers: `{customer.name}` and the like. */
export const VARIABLES = ['customer.name', 'operator.name', 'line.name', 'session.id'] as const

/** As they stand in a text. */
export const braced = (names: readonly string[]): string[] => names.map((name) => `{${name}}`)

export type Values = Record<string, string>

export interface Filled {
  text: string
  /** What looks like a variable and has no value here: the person must see it before the customer does. */
  missing: string[]
}

const VARIABLE = /\{([a-z_]+(?:\.[a-z_]+)*)\}/g

export function fill(text: string, values: Values): Filled {
  const missing: string[] = []
  const filled = text.replace(VARIABLE, (whole, name: string) => {
    const value = values[name]?.trim()
    if (value) return value
    missing.push(whole)
    return whole
  })
  return { text: filled, missing: [...new Set(missing)] }
}

/** Variables left in what is about to be sent. One word in braces may be meant: all variables have a dot. */
export function unfilled(text: string): string[] {
  return fill(text, {}).missing.filter((one) => one.includes('.'))
}

/** Quick answers made from a message have no title: their first words stand for it. */
export function titleOf(one: { title: string; text: string }): string {
  return one.title.trim() || one.text.trim().slice(0, 40)
}

/** Quick answers for what was typed after the slash: those whose title begins so first. */
export function search<T extends { title: string; text: string }>(answers: readonly T[], typed: string, most = 30): T[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const rank = (one: T): number => {
    const title = titleOf(one).toLocaleLowerCase()
    const text = one.text.toLocaleLowerCase()
    if (!words.every((word) => title.includes(word) || text.includes(word))) return -1
    if (words.length === 0 || title.startsWith(words[0] ?? '')) return 0
    return title.includes(words[0] ?? '') ? 1 : 2
  }
  return answers
    .map((one) => ({ one, rank: rank(one) }))
    .filter((each) => each.rank >= 0)
    .sort((a, b) => a.rank - b.rank || titleOf(a.one).localeCompare(titleOf(b.one)))
    .slice(0, most)
    .map((each) => each.one)
}

/** Variables of quick answers: `{customer.name}` and the like. */
export const VARIABLES = ['customer.name', 'operator.name', 'line.name', 'session.id'] as const

/** The text with its variables filled in, and what looks like a variable and is none. */
export function sample(text: string, values: Readonly<Record<string, string>>): { text: string; unknown: string[] } {
  const unknown = new Set<string>()
  const filled = text.replace(/\{([a-z_]+(?:\.[a-z_]+)*)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) unknown.add(name)
    return value ?? whole
  })
  return { text: filled, unknown: [...unknown] }
}

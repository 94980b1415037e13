let known: string[] | null = null

/** Names of time zones that this browser knows, and the one that is chosen whether it knows it or not. */
export function timeZones(chosen: string): string[] {
  known ??= ['UTC', ...Intl.supportedValuesOf('timeZone')]
  return chosen && !known.includes(chosen) ? [chosen, ...known] : known
}

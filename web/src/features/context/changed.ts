/** Fields of a form that differ from what it was filled with, an emptied one as null: what a colleague has changed meanwhile stays. */
export function changed<Name extends string>(form: Readonly<Record<Name, string>>, before: Readonly<Record<Name, string>>): Partial<Record<Name, string | null>> {
  const now: Partial<Record<Name, string | null>> = {}
  for (const name in form) if (form[name].trim() !== before[name].trim()) now[name] = form[name].trim() || null
  return now
}

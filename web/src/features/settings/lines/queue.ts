/** The queue of a line: employees and departments in order. */

export interface Member {
  kind: 'user' | 'department'
  id: number
}

export const keyOf = (member: Member): string => `${member.kind}:${member.id}`

/** Out of `CONFIG_QUEUE` of `imopenlines.config.list.get`. */
export function readQueue(raw: unknown): Member[] {
  if (!Array.isArray(raw)) return []
  return raw.flatMap((one: { ENTITY_TYPE?: unknown; ENTITY_ID?: unknown }) => {
    const id = Number(one?.ENTITY_ID)
    const kind = String(one?.ENTITY_TYPE)
    return (kind === 'user' || kind === 'department') && Number.isInteger(id) && id > 0 ? [{ kind, id } as Member] : []
  })
}

/** As `QUEUE` of `imopenlines.config.update` takes it. */
export function writeQueue(members: readonly Member[]): { ENTITY_TYPE: string; ENTITY_ID: string }[] {
  return members.map((member) => ({ ENTITY_TYPE: member.kind, ENTITY_ID: String(member.id) }))
}

/** The list with one item elsewhere; places beyond the ends are the ends. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const copy = [...items]
  const [item] = copy.splice(from, 1)
  if (item === undefined) return [...items]
  copy.splice(Math.max(0, Math.min(to, copy.length)), 0, item)
  return copy
}

export function sameQueue(a: readonly Member[], b: readonly Member[]): boolean {
  return a.length === b.length && a.every((member, index) => keyOf(member) === keyOf(b[index] as Member))
}

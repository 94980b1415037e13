/** Which drawn row shows which chat. */

/**
 * Rows that scroll out are used again for those that scroll in, since drawing other texts is far cheaper than making and
 * throwing away rows. A chat keeps its row, and with it focus and pointer, for as long as it is drawn.
 */
export function makeSlots(): (ids: readonly number[]) => { id: number; slot: number }[] {
  let slots = new Map<number, number>()
  return (ids) => {
    const drawn = new Set(ids)
    const kept = new Map([...slots].filter(([id]) => drawn.has(id)))
    const taken = new Set(kept.values())
    let free = 0
    for (const id of ids) {
      if (kept.has(id)) continue
      while (taken.has(free)) free += 1
      kept.set(id, free)
      taken.add(free)
    }
    slots = kept
    return ids.map((id) => ({ id, slot: kept.get(id) ?? 0 }))
  }
}

/** Departments as a tree, flat and in order, for drawing. */

import type { Department } from '@/api/types'

export interface Branch {
  department: Department
  depth: number
}

export function branches(departments: readonly Department[]): Branch[] {
  const known = new Set(departments.map((one) => one.id))
  const below = new Map<number | null, Department[]>()
  for (const one of departments) {
    // One whose parent is not there stands at the top rather than nowhere.
    const parent = one.parent_id !== null && known.has(one.parent_id) ? one.parent_id : null
    below.set(parent, [...(below.get(parent) ?? []), one])
  }
  const found: Branch[] = []
  const seen = new Set<number>()
  const walk = (parent: number | null, depth: number): void => {
    const children = [...(below.get(parent) ?? [])].sort((a, b) => a.sort - b.sort || a.name.localeCompare(b.name))
    for (const department of children) {
      if (seen.has(department.id)) continue
      seen.add(department.id)
      found.push({ department, depth })
      walk(department.id, depth + 1)
    }
  }
  walk(null, 0)
  return found
}

/** Where a department may be put: everywhere but below itself. */
export function possibleParents(departments: readonly Department[], id: number | null): Branch[] {
  const all = branches(departments)
  const start = all.findIndex((one) => one.department.id === id)
  if (start < 0) return all
  const depth = all[start]?.depth ?? 0
  const length = all.slice(start + 1).findIndex((one) => one.depth <= depth)
  const end = length < 0 ? all.length : start + 1 + length
  return [...all.slice(0, start), ...all.slice(end)]
}

/** The results that a page holds: what REST gave, and what came since. */
import type { ResultEntry } from '../../api/types'

export type ResultSort = 'offset' | 'key' | 'timestamp' | 'size'

export interface ResultOrder {
  sort: ResultSort
  order: 'asc' | 'desc'
}

/** In the order that is asked for; equal ones in the order they were recorded. */
export function sorted(entries: Iterable<ResultEntry>, { sort, order }: ResultOrder): ResultEntry[] {
  const sign = order === 'asc' ? 1 : -1
  return [...entries].sort((a, b) => sign * (compare(a, b, sort) || a.offset - b.offset))
}

function compare(a: ResultEntry, b: ResultEntry, sort: ResultSort): number {
  if (sort === 'key') return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
  if (sort === 'size') return a.size - b.size
  // Offsets are in the order of the timestamps, and exact.
  return a.offset - b.offset
}

/** Adds what is new; the map is a new one only then. */
export function merge(
  held: ReadonlyMap<number, ResultEntry>,
  come: readonly ResultEntry[],
): ReadonlyMap<number, ResultEntry> {
  const fresh = come.filter((entry) => !held.has(entry.offset))
  if (fresh.length === 0) return held
  const all = new Map(held)
  for (const entry of fresh) all.set(entry.offset, entry)
  return all
}

/** A key holds the text, in any case. */
export function matches(entry: ResultEntry, q: string | undefined): boolean {
  return q === undefined || entry.key.toLowerCase().includes(q.toLowerCase())
}

/** A table fits a list of at least two objects that share their fields: the names of its columns, or null. */
export function columnsOf(value: unknown): string[] | null {
  if (!Array.isArray(value) || value.length < 2) return null
  const names = new Set<string>()
  for (const row of value.slice(0, 200)) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) return null
    for (const name of Object.keys(row)) names.add(name)
    if (names.size > 50) return null
  }
  const shared = [...names].filter((name) => value.slice(0, 200).filter((row) => name in row).length >= 2)
  return shared.length > 0 && shared.length >= names.size / 2 ? [...names] : null
}

/** The results that a page holds: what REST gave, and what came since. */
import type { ResultEntry } from '../../api/types'

export type ResultSort = 'offset' | 'key' | 'timestamp' | 'size'

export interface ResultOrder {
  sort: ResultSort
  order: 'asc' | 'desc'
}

/** In the order that is asked for; equal ones in the order they were recorded. */
export function sorted(entries: Iterable<ResultEntry>, order: ResultOrder): ResultEntry[] {
  return [...entries].sort((a, b) => compare(a, b, order))
}

/** The first `most` in order of those that match. */
export function firstOf(
  entries: Iterable<ResultEntry>,
  q: string | undefined,
  order: ResultOrder,
  most: number,
): ResultEntry[] {
  const matching = [...entries].filter((entry) => matches(entry, q))
  return sorted(matching, order).slice(0, most)
}

function compare(a: ResultEntry, b: ResultEntry, { sort, order }: ResultOrder): number {
  const difference = by(a, b, sort) || a.offset - b.offset
  return order === 'asc' ? difference : -difference
}

function by(a: ResultEntry, b: ResultEntry, sort: ResultSort): number {
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

interface Shown {
  read: ReadonlyMap<number, ResultEntry>
  /** The first `most` of what was read and of what came before. */
  listed: readonly ResultEntry[]
  q: string | undefined
  order: ResultOrder
  most: number
}

/** Adds what came and can be among the listed; then drops what cannot any more, or was read meanwhile. */
export function take(
  held: ReadonlyMap<number, ResultEntry>,
  come: readonly ResultEntry[],
  { read, listed, q, order, most }: Shown,
): ReadonlyMap<number, ResultEntry> {
  const last = listed[most - 1]
  const isNew = (entry: ResultEntry) =>
    !read.has(entry.offset) && matches(entry, q) && (!last || compare(entry, last, order) <= 0)
  const all = merge(held, come.filter(isNew))
  return all === held ? held : new Map([...all].filter(([, entry]) => isNew(entry)))
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

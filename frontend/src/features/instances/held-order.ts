/** Which rows a table shows, and in what order, while the server says that another one is right. */

interface Row {
  id: string
}

export interface Settled<T> {
  rows: readonly T[]
  /** Rows that are shown still and are surely not in the list any more. */
  gone: ReadonlySet<string>
  /** How many rows would come, go or move if the order was updated. */
  changes: number
}

const NONE: ReadonlySet<string> = new Set()

/**
 * While somebody points at, has focus in or has selected rows (`isHeld`), every row stays where it is and shows its
 * newest state; rows may come in below the last one alone, where they move nothing. Else the server's order holds.
 * `hasMore`: the list goes on past `fresh`, so that what is missing in it may just have slipped down.
 */
export function settle<T extends Row>(
  shown: readonly T[],
  fresh: readonly T[],
  { isHeld, hasMore }: { isHeld: boolean; hasMore: boolean },
): Settled<T> {
  if (!isHeld) return { rows: fresh, gone: NONE, changes: 0 }
  const places = new Map(fresh.map((row, place) => [row.id, place]))
  const kept: number[] = []
  let lastKept = -1
  const rows = shown.map((row, index) => {
    const place = places.get(row.id)
    if (place === undefined) return row
    kept.push(place)
    lastKept = index
    return fresh[place] ?? row
  })
  const left = shown.filter((row, index) => !places.has(row.id) && (index < lastKept || !hasMore))
  const lastPlace = kept.reduce((last, place) => Math.max(last, place), -1)
  // All that is new comes before where the rows shown are now.
  const isPushedOut = kept.length === 0 && shown.length > 0
  const below = isPushedOut ? fresh.length : lastPlace + 1
  const inserted = below - kept.length
  return {
    rows: [...rows, ...fresh.slice(below)],
    gone: hasMore ? NONE : new Set(left.map((row) => row.id)),
    changes: inserted + left.length + kept.length - longestAscent(kept),
  }
}

/** The length of the longest increasing subsequence: so many rows can stay while the others move. */
function longestAscent(places: readonly number[]): number {
  const smallestEnds: number[] = []
  for (const place of places) {
    let low = 0
    let high = smallestEnds.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((smallestEnds[middle] ?? 0) < place) low = middle + 1
      else high = middle
    }
    smallestEnds[low] = place
  }
  return smallestEnds.length
}

/** Which rows a table shows, and in what order, while the server says that another one is right. */

interface Row {
  id: string
}

export interface Settled<T> {
  rows: readonly T[]
  /** Rows that are shown still and are not in the list any more. */
  gone: ReadonlySet<string>
  /** How many rows would come, go or move if the order was updated. */
  changes: number
}

const NONE: ReadonlySet<string> = new Set()

/**
 * While somebody points at, has focus in or has selected rows (`isHeld`), every row stays where it is and shows its
 * newest state; rows may come in below the last one alone, where they move nothing. Else the server's order holds.
 * `hasMore`: the list goes on past `fresh`, so that what is missing at its end may just have slipped down.
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
  const gone = shown.filter((row, index) => !places.has(row.id) && (index < lastKept || !hasMore))
  const lastPlace = kept.reduce((last, place) => Math.max(last, place), -1)
  const inserted = lastPlace + 1 - kept.length
  return {
    rows: [...rows, ...fresh.slice(lastPlace + 1)],
    gone: new Set(gone.map((row) => row.id)),
    changes: inserted + gone.length + kept.length - longestAscent(kept),
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

import { useCallback, useState } from 'react'
import { settle } from './held-order'

interface Row {
  id: string
}

interface How {
  /** Names the list: another one (other filters, another sort) is shown as it comes. */
  list: string
  /** `fresh` is still the list before. */
  isPlaceholder: boolean
  isHeld: boolean
  hasMore: boolean
}

/** The rows a table shows: in the server's order, but never moved under somebody's hands. */
export function useHeldRows<T extends Row>(fresh: readonly T[], how: How) {
  const [shown, setShown] = useState({ list: how.list, rows: fresh })
  const list = how.isPlaceholder ? shown.list : how.list
  const settled = settle(shown.rows, fresh, {
    isHeld: how.isHeld && list === shown.list,
    hasMore: how.hasMore,
  })
  if (list !== shown.list || !isSame(settled.rows, shown.rows)) setShown({ list, rows: settled.rows })

  /** Takes the server's order now. */
  const update = () => setShown({ list, rows: fresh })
  /** The person took these away: they go at once. */
  const forget = useCallback((ids: readonly string[]) => {
    setShown((before) => ({ ...before, rows: before.rows.filter((row) => !ids.includes(row.id)) }))
  }, [])
  return { ...settled, update, forget }
}

function isSame<T>(some: readonly T[], others: readonly T[]): boolean {
  return some === others || (some.length === others.length && some.every((each, at) => each === others[at]))
}

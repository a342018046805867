import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { MOST_SELECTED } from './search'
import { useHeldRows } from './use-held-rows'

interface Row {
  id: string
}

export type Pages<T> = UseInfiniteQueryResult<InfiniteData<{ items: T[]; total: number }>>

interface How {
  /** Names the list by its filters and its order. */
  list: string
  selectedIds: readonly string[] | undefined
  onSelected: (ids: string[]) => void
}

/** The rows of a paged list: held under somebody's hands, selectable, and read on as their end comes near. */
export function useLiveRows<T extends Row>(query: Pages<T>, { list, selectedIds, onSelected }: How) {
  const fresh = useMemo<readonly T[]>(
    () => query.data?.pages.flatMap((page) => page.items) ?? [],
    [query.data],
  )
  const [isTouched, setIsTouched] = useState(false)
  const selection = useMemo(() => new Set(selectedIds), [selectedIds])
  const held = useHeldRows(fresh, {
    list,
    isPlaceholder: query.isPlaceholderData,
    isHeld: isTouched || selection.size > 0,
    hasMore: query.hasNextPage,
  })

  const { fetchNextPage, hasNextPage, isFetching } = query
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage({ cancelRefetch: false })
  }, [fetchNextPage, hasNextPage, isFetching])
  const onSelect = useCallback(
    (id: string, isSelected: boolean) => {
      const others = [...selection].filter((each) => each !== id)
      onSelected((isSelected ? [...others, id] : others).slice(-MOST_SELECTED))
    },
    [selection, onSelected],
  )
  /** The person deleted these. */
  const onDeleted = (ids: readonly string[]) => {
    held.forget(ids)
    onSelected((selectedIds ?? []).filter((id) => !ids.includes(id)))
  }
  const isThere = (row: T) => !held.gone.has(row.id)
  return {
    ...held,
    total: query.data?.pages.at(-1)?.total ?? 0,
    selection,
    selected: held.rows.filter((row) => selection.has(row.id) && isThere(row)),
    selectable: held.rows.slice(0, MOST_SELECTED).filter(isThere),
    onTouched: setIsTouched,
    onNearEnd,
    onSelect,
    onDeleted,
  }
}

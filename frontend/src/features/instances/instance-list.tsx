import { Button, Checkbox } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { experimentsQuery, type InstanceFilters, instancesQuery } from '../../api/queries'
import type { Instance } from '../../api/types'
import { Failure, LoadingRows } from '../../components/page-states'
import { VirtualTable } from '../../components/virtual-table'
import type { SearchChange } from '../../routing/search'
import { InstanceActions } from './instance-actions'
import classes from './instance-list.module.css'
import { InstanceRow } from './instance-row'
import { ListLine } from './list-line'
import { type InstanceSearch, MOST_SELECTED } from './search'
import { SortHeader } from './sort-header'
import { useHeldRows } from './use-held-rows'

interface Props {
  search: InstanceSearch
  onSearch: (change: SearchChange<InstanceSearch>) => void
  /** What stands here when there is no instance at all. */
  none: ReactNode
  /** What stands here when none matches. */
  noMatch: ReactNode
}

const NOTHING: Instance[] = []

/** All instances that match, live. */
export function InstanceList({ search, onSearch, none, noMatch }: Props) {
  const { selected: selectedIds, ...filters } = search
  const sort = { by: filters.sort ?? 'active_at', order: filters.order ?? 'desc' }
  const query = useInfiniteQuery(instancesQuery(filters))
  const experiments = useQuery(experimentsQuery).data
  const titles = useMemo(
    () => new Map((experiments ?? []).map((each) => [each.name, each.title || each.name])),
    [experiments],
  )
  const fresh = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? NOTHING, [query.data])
  const [isTouched, setIsTouched] = useState(false)
  const selection = useMemo(() => new Set(selectedIds), [selectedIds])
  const held = useHeldRows(fresh, {
    list: JSON.stringify(filters),
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
      onSearch({ selected: (isSelected ? [...others, id] : others).slice(-MOST_SELECTED) })
    },
    [selection, onSearch],
  )
  const onTag = useCallback(
    (tag: string) => onSearch({ tag: [...new Set([...(search.tag ?? []), tag])] }),
    [search.tag, onSearch],
  )

  if (query.isPending) return <LoadingRows rows={10} />
  if (query.data === undefined)
    return <Failure error={query.error ?? new Error()} retry={() => void query.refetch()} />
  const total = query.data.pages.at(-1)?.total ?? 0
  if (held.rows.length === 0) return hasFilter(filters) ? noMatch : none

  const selected = held.rows.filter((row) => selection.has(row.id) && !held.gone.has(row.id))
  const selectable = held.rows.slice(0, MOST_SELECTED).filter((row) => !held.gone.has(row.id))
  const sorted = (by: typeof sort.by) => ({
    order: sort.by === by ? sort.order : null,
    onSort: (order: 'asc' | 'desc') => onSearch({ sort: by, order }),
  })
  return (
    <>
      <ListLine total={total} what="instance" changes={held.changes} onUpdate={held.update} />
      <VirtualTable
        label="Instances"
        className={classes.list}
        rows={held.rows}
        total={total}
        rowHeight={48}
        selected={selection}
        gone={held.gone}
        onTouched={setIsTouched}
        onNearEnd={onNearEnd}
        head={
          <>
            <th scope="col" className={classes.check}>
              <Checkbox
                size="xs"
                aria-label={`Select the first ${selectable.length}`}
                checked={selected.length > 0 && selected.length === selectable.length}
                indeterminate={selected.length > 0 && selected.length < selectable.length}
                onChange={(event) =>
                  onSearch({ selected: event.currentTarget.checked ? selectable.map((row) => row.id) : [] })
                }
              />
            </th>
            <SortHeader label="Name" first="asc" {...sorted('name')} />
            <th scope="col" className={classes.experiment}>
              Experiment
            </th>
            <th scope="col" className={classes.status}>
              Last status
            </th>
            <th scope="col" className={classes.ticks}>
              Last ten runs
            </th>
            <th scope="col" className={classes.tally}>
              Runs
            </th>
            <th scope="col" className={classes.last}>
              Last run
            </th>
            <SortHeader label="Activity" first="desc" className={classes.active} {...sorted('active_at')} />
            <th scope="col" className={classes.tags}>
              Tags
            </th>
            <th scope="col" className={classes.actions}>
              <span className="visually-hidden">Actions</span>
            </th>
          </>
        }
        renderRow={(instance) => (
          <InstanceRow
            instance={instance}
            experiment={titles.get(instance.experiment) ?? instance.experiment}
            isSelected={selection.has(instance.id)}
            isGone={held.gone.has(instance.id)}
            onSelect={onSelect}
            onTag={onTag}
          />
        )}
      />
      {query.isFetchNextPageError && (
        <Button variant="default" my="sm" onClick={() => void fetchNextPage()}>
          More could not be loaded: try again
        </Button>
      )}
      {query.isFetchingNextPage && <LoadingRows rows={2} />}
      {selected.length > 0 && (
        <InstanceActions
          instances={selected}
          onClear={() => onSearch({ selected: [] })}
          onDeleted={(ids) => {
            held.forget(ids)
            onSearch({ selected: (selectedIds ?? []).filter((id) => !ids.includes(id)) })
          }}
        />
      )}
    </>
  )
}

/** Whether less than everything is asked for. */
export function hasFilter({ sort: _, order: __, ...filters }: InstanceFilters): boolean {
  return Object.keys(filters).length > 0
}

import { Button, Checkbox } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { runsQuery, workersQuery } from '../../api/queries'
import type { Run } from '../../api/types'
import { Empty, Failure, LoadingRows } from '../../components/page-states'
import { VirtualTable } from '../../components/virtual-table'
import type { SearchChange } from '../../routing/search'
import { ListLine } from './list-line'
import { RunRow } from './run-row'
import { RunsActions } from './runs-actions'
import classes from './runs-list.module.css'
import { type InstanceRunsSearch, MOST_SELECTED } from './search'
import { SortHeader } from './sort-header'
import { StatusFilter } from './status-filter'
import { useHeldRows } from './use-held-rows'

interface Props {
  instanceId: string
  search: InstanceRunsSearch
  onSearch: (change: SearchChange<InstanceRunsSearch>) => void
  /** What stands here when there was no run yet. */
  none: ReactNode
}

const NOTHING: Run[] = []

/** The runs of one instance, live. */
export function RunsList({ instanceId, search, onSearch, none }: Props) {
  const order = search.order ?? 'desc'
  const filters = {
    instance_id: instanceId,
    sort: 'number',
    order,
    ...(search.status && { status: search.status }),
  } as const
  const query = useInfiniteQuery(runsQuery(filters))
  const workers = useQuery(workersQuery).data
  const hosts = useMemo(() => new Map((workers ?? []).map((each) => [each.id, each.host])), [workers])
  const fresh = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? NOTHING, [query.data])
  const [isTouched, setIsTouched] = useState(false)
  const selection = useMemo(() => new Set(search.selected), [search.selected])
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

  if (query.isPending) return <LoadingRows />
  if (query.data === undefined)
    return <Failure error={query.error ?? new Error()} retry={() => void query.refetch()} />
  if (held.rows.length === 0 && !search.status) return none

  const total = query.data.pages.at(-1)?.total ?? 0
  const selected = held.rows.filter((row) => selection.has(row.id) && !held.gone.has(row.id))
  const selectable = held.rows.slice(0, MOST_SELECTED).filter((row) => !held.gone.has(row.id))
  return (
    <>
      <StatusFilter value={search.status ?? []} onChange={(status) => onSearch({ status, selected: [] })} />
      <ListLine total={total} what="run" changes={held.changes} onUpdate={held.update} />
      {held.rows.length === 0 ? (
        <Empty
          title="No match"
          actions={<Button onClick={() => onSearch({ status: [], selected: [] })}>Clear filters</Button>}
        >
          There are runs, but none that stands so.
        </Empty>
      ) : (
        <VirtualTable
          label="Runs"
          className={classes.list}
          rows={held.rows}
          total={total}
          rowHeight={34}
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
              <SortHeader
                label="Number"
                className={classes.number}
                order={order}
                first="desc"
                onSort={(next) => onSearch({ order: next })}
              />
              {HEADERS.map(([name, label]) => (
                <th key={name} scope="col" className={classes[name]}>
                  {label}
                </th>
              ))}
              <th scope="col" className={classes.links}>
                <span className="visually-hidden">Logs and results</span>
              </th>
            </>
          }
          renderRow={(run) => (
            <RunRow
              run={run}
              host={run.worker_id ? hosts.get(run.worker_id) : undefined}
              isSelected={selection.has(run.id)}
              isGone={held.gone.has(run.id)}
              onSelect={onSelect}
            />
          )}
        />
      )}
      {query.isFetchNextPageError && (
        <Button variant="default" my="sm" onClick={() => void fetchNextPage()}>
          More could not be loaded: try again
        </Button>
      )}
      {query.isFetchingNextPage && <LoadingRows rows={2} />}
      {selected.length > 0 && (
        <RunsActions
          runs={selected}
          onClear={() => onSearch({ selected: [] })}
          onDeleted={(ids) => {
            held.forget(ids)
            onSearch({ selected: (search.selected ?? []).filter((id) => !ids.includes(id)) })
          }}
        />
      )}
    </>
  )
}

const HEADERS = [
  ['status', 'Status'],
  ['started', 'Started'],
  ['completed', 'Completed'],
  ['duration', 'Duration'],
  ['progress', 'Progress'],
  ['attempt', 'Attempt'],
  ['worker', 'Worker'],
] as const

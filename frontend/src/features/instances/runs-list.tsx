import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useMemo } from 'react'
import { askAgain } from '../../api/absence'
import { runsQuery, workersQuery } from '../../api/queries'
import type { Run } from '../../api/types'
import { Empty, Failure, LoadingRows } from '../../components/page-states'
import { VirtualTable } from '../../components/virtual-table'
import { workerName } from '../../components/worker-name'
import type { SearchChange } from '../../routing/search'
import { ListLine } from './list-line'
import { MoreRows } from './more-rows'
import { RunRow } from './run-row'
import { RunsActions } from './runs-actions'
import classes from './runs-list.module.css'
import type { InstanceRunsSearch } from './search'
import { SelectFirst } from './select-first'
import { SortHeader } from './sort-header'
import { StatusFilter } from './status-filter'
import { useLiveRows } from './use-live-rows'

interface Props {
  instanceId: string
  search: InstanceRunsSearch
  onSearch: (change: SearchChange<InstanceRunsSearch>) => void
  /** What stands here when there was no run yet. */
  none: ReactNode
}

/** While a run waits its place in the queue changes, and nothing says so. For each page that is read again. */
const REFRESH_MS = 3_000

/** The runs of one instance, live. */
export function RunsList({ instanceId, search, onSearch, none }: Props) {
  const order = search.order ?? 'desc'
  const filters = {
    instance_id: instanceId,
    sort: 'number',
    order,
    ...(search.status && { status: search.status }),
  } as const
  const query = useInfiniteQuery({
    ...runsQuery(filters),
    refetchInterval: (asked) => {
      const pages = asked.state.data?.pages ?? []
      const isWaiting = pages.some((page) => page.items.some((run) => run.status === 'pending'))
      return isWaiting ? REFRESH_MS * pages.length : askAgain(asked)
    },
  })
  const workers = useQuery(workersQuery).data
  const workersById = useMemo(() => new Map((workers ?? []).map((each) => [each.id, each])), [workers])
  const onSelected = useCallback((selected: string[]) => onSearch({ selected }), [onSearch])
  const live = useLiveRows<Run>(query, {
    list: JSON.stringify(filters),
    selectedIds: search.selected,
    onSelected,
  })

  if (query.isPending) return <LoadingRows />
  if (query.data === undefined)
    return <Failure error={query.error ?? new Error()} retry={() => void query.refetch()} />
  if (live.rows.length === 0 && !search.status) return none

  return (
    <>
      <StatusFilter value={search.status ?? []} onChange={(status) => onSearch({ status, selected: [] })} />
      <ListLine total={live.total} what="run" changes={live.changes} onUpdate={live.update} />
      {live.rows.length === 0 ? (
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
          rows={live.rows}
          total={live.total}
          rowHeight={34}
          selected={live.selection}
          gone={live.gone}
          onTouched={live.onTouched}
          onNearEnd={live.onNearEnd}
          head={
            <>
              <th scope="col" className={classes.check}>
                <SelectFirst
                  selectable={live.selectable}
                  selected={live.selected.length}
                  onSelected={onSelected}
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
              worker={workerName(workersById.get(run.worker_id ?? ''), run.worker_id)}
              isSelected={live.selection.has(run.id)}
              isGone={live.gone.has(run.id)}
              onSelect={live.onSelect}
            />
          )}
        />
      )}
      <MoreRows query={query} />
      {live.selected.length > 0 && (
        <RunsActions runs={live.selected} onClear={() => onSelected([])} onDeleted={live.onDeleted} />
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

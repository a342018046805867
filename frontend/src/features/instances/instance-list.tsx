import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useMemo } from 'react'
import { experimentsQuery, type InstanceFilters, instancesQuery } from '../../api/queries'
import type { Instance } from '../../api/types'
import { Failure, LoadingRows } from '../../components/page-states'
import { VirtualTable } from '../../components/virtual-table'
import type { SearchChange } from '../../routing/search'
import { InstanceActions } from './instance-actions'
import classes from './instance-list.module.css'
import { InstanceRow } from './instance-row'
import { ListLine } from './list-line'
import { MoreRows } from './more-rows'
import type { InstanceSearch } from './search'
import { SelectFirst } from './select-first'
import { SortHeader } from './sort-header'
import { useLiveRows } from './use-live-rows'

interface Props {
  search: InstanceSearch
  onSearch: (change: SearchChange<InstanceSearch>) => void
  /** What stands here when there is no instance at all. */
  none: ReactNode
  /** What stands here when none matches. */
  noMatch: ReactNode
}

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
  const onSelected = useCallback((selected: string[]) => onSearch({ selected }), [onSearch])
  const live = useLiveRows<Instance>(query, { list: JSON.stringify(filters), selectedIds, onSelected })
  const onTag = useCallback(
    (tag: string) => onSearch({ tag: [...new Set([...(search.tag ?? []), tag])] }),
    [search.tag, onSearch],
  )

  if (query.isPending) return <LoadingRows rows={10} />
  if (query.data === undefined)
    return <Failure error={query.error ?? new Error()} retry={() => void query.refetch()} />
  if (live.rows.length === 0) return hasFilter(filters) ? noMatch : none

  const sorted = (by: typeof sort.by) => ({
    order: sort.by === by ? sort.order : null,
    onSort: (order: 'asc' | 'desc') => onSearch({ sort: by, order }),
  })
  return (
    <>
      <ListLine total={live.total} what="instance" changes={live.changes} onUpdate={live.update} />
      <VirtualTable
        label="Instances"
        className={classes.list}
        rows={live.rows}
        total={live.total}
        rowHeight={48}
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
            isSelected={live.selection.has(instance.id)}
            isGone={live.gone.has(instance.id)}
            onSelect={live.onSelect}
            onTag={onTag}
          />
        )}
      />
      <MoreRows query={query} />
      {live.selected.length > 0 && (
        <InstanceActions
          instances={live.selected}
          onClear={() => onSelected([])}
          onDeleted={live.onDeleted}
        />
      )}
    </>
  )
}

/** Whether less than everything is asked for. */
export function hasFilter({ sort: _, order: __, ...filters }: InstanceFilters): boolean {
  return Object.keys(filters).length > 0
}

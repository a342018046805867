import type { InstanceFilters } from '../../api/queries'
import { RUN_STATUSES } from '../../components/statuses'
import { many, one, oneOf, present, type RawSearch } from '../../routing/search'

export const SORTS = ['active_at', 'name', 'created_at', 'updated_at'] as const

/** What a table's action bar acts on at once; more would not fit into an address either. */
export const MOST_SELECTED = 100

export type InstanceSearch = InstanceFilters & { selected?: string[] }

/** The dashboard's address: what REST takes, and which rows are selected. */
export function parseInstanceSearch(raw: RawSearch): InstanceSearch {
  return present({
    q: one(raw.q),
    experiment: one(raw.experiment),
    status: RUN_STATUSES.filter((status) => many(raw.status)?.includes(status)),
    tag: many(raw.tag),
    sort: oneOf(raw.sort, SORTS),
    order: oneOf(raw.order, ['asc', 'desc']),
    selected: many(raw.selected)?.slice(0, MOST_SELECTED),
  })
}

export interface InstanceRunsSearch {
  status?: (typeof RUN_STATUSES)[number][]
  order?: 'asc' | 'desc'
  selected?: string[]
}

/** An instance's address: which of its runs are shown, and which are selected. */
export function parseInstanceRunsSearch(raw: RawSearch): InstanceRunsSearch {
  return present({
    status: RUN_STATUSES.filter((status) => many(raw.status)?.includes(status)),
    order: oneOf(raw.order, ['asc', 'desc']),
    selected: many(raw.selected)?.slice(0, MOST_SELECTED),
  })
}

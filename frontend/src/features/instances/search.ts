import type { InstanceFilters } from '../../api/queries'
import { RUN_STATUSES } from '../../components/statuses'
import { many, one, oneOf, present, type RawSearch } from '../../routing/search'

export const SORTS = ['active_at', 'name', 'created_at', 'updated_at'] as const

/** The dashboard's address: what REST takes. */
export function parseInstanceSearch(raw: RawSearch): InstanceFilters {
  return present({
    q: one(raw.q),
    experiment: one(raw.experiment),
    status: RUN_STATUSES.filter((status) => many(raw.status)?.includes(status)),
    tag: many(raw.tag),
    sort: oneOf(raw.sort, SORTS),
    order: oneOf(raw.order, ['asc', 'desc']),
  })
}

export interface InstanceRunsSearch {
  status?: (typeof RUN_STATUSES)[number][]
  order?: 'asc' | 'desc'
}

/** An instance's address: which of its runs are shown. */
export function parseInstanceRunsSearch(raw: RawSearch): InstanceRunsSearch {
  return present({
    status: RUN_STATUSES.filter((status) => many(raw.status)?.includes(status)),
    order: oneOf(raw.order, ['asc', 'desc']),
  })
}

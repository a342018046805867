/** Reads again what may have changed. */
import type { Query, QueryClient, QueryFilters } from '@tanstack/react-query'

/**
 * Reads what matches again. An answer that is on its way may be older than the change. Where something is held the
 * query client gives that answer up; a first one it keeps and takes for new, so then it is asked for once more.
 */
export async function refresh(client: QueryClient, filters: QueryFilters): Promise<void> {
  const first = firstReads(client, filters)
  await Promise.all([client.invalidateQueries(filters), ...first.map((query) => readOnceMore(client, query))])
}

/** Queries that are being read and hold nothing yet. */
export function firstReads(client: QueryClient, filters: QueryFilters): Query[] {
  return client
    .getQueryCache()
    .findAll({ ...filters, fetchStatus: 'fetching' })
    .filter((query) => query.state.data === undefined)
}

async function readOnceMore(client: QueryClient, query: Query): Promise<void> {
  await query.promise?.catch(() => {})
  // Still invalidated: it failed, and is asked again in its turn; or somebody else was quicker.
  if (query.state.isInvalidated) return
  await client.invalidateQueries({ queryKey: query.queryKey, exact: true })
}

import { infiniteQueryOptions, keepPreviousData, queryOptions, replaceEqualDeep } from '@tanstack/react-query'
import { api, dataOf } from './client'
import { keys } from './keys'
import type { paths } from './schema'
import type { CreateInstance, JsonObject, UpdateInstance } from './types'

export type InstanceFilters = Omit<
  NonNullable<paths['/api/instances']['get']['parameters']['query']>,
  'cursor' | 'limit'
>
export type RunFilters = Omit<
  NonNullable<paths['/api/runs']['get']['parameters']['query']>,
  'cursor' | 'limit'
>

const PAGE_SIZE = 100

/** An event may bring a newer state while an older answer is still on its way: the newer one stays. */
function newestVersion(held: unknown, come: unknown): unknown {
  return versionOf(held) > versionOf(come) ? held : replaceEqualDeep(held, come)
}

function versionOf(entity: unknown): number {
  return (entity as { version: number } | undefined)?.version ?? -1
}

export const experimentsQuery = queryOptions({
  queryKey: keys.experiments,
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/experiments', { signal }))).items,
})

export const workersQuery = queryOptions({
  queryKey: keys.workers,
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/workers', { signal }))).items,
})

export const overviewQuery = queryOptions({
  queryKey: keys.overview,
  queryFn: ({ signal }) => dataOf(api.GET('/api/overview', { signal })),
})

export const instancesQuery = (filters: InstanceFilters) =>
  infiniteQueryOptions({
    queryKey: keys.instances.list(filters),
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/instances', {
          signal,
          params: { query: { ...filters, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  })

/** How many instances an experiment has. */
export const instanceCountQuery = (experiment: string) =>
  queryOptions({
    queryKey: keys.instances.count(experiment),
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/instances', { signal, params: { query: { experiment, limit: 1 } } })))
        .total,
  })

export const instanceQuery = (id: string) =>
  queryOptions({
    queryKey: keys.instances.one(id),
    structuralSharing: newestVersion,
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/instances/{instance_id}', { signal, params: { path: { instance_id: id } } })),
  })

export const instanceSizeQuery = (id: string) =>
  queryOptions({
    queryKey: keys.instances.size(id),
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/instances/{instance_id}/size', { signal, params: { path: { instance_id: id } } })),
    staleTime: 0,
    gcTime: 0,
  })

export const runsQuery = (filters: RunFilters) =>
  infiniteQueryOptions({
    queryKey: keys.runs.list(filters),
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/runs', {
          signal,
          params: { query: { ...filters, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  })

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: keys.runs.one(id),
    structuralSharing: newestVersion,
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/runs/{run_id}', { signal, params: { path: { run_id: id } } })),
  })

/** The run of the same instance with the next lower number that there still is; null: none. */
export const previousRunQuery = (instanceId: string, number: number) =>
  queryOptions({
    queryKey: [...keys.runs.all, 'previous', instanceId, number],
    queryFn: async ({ signal }) => {
      const page = await dataOf(
        api.GET('/api/runs', {
          signal,
          params: {
            query: {
              instance_id: instanceId,
              max_number: number - 1,
              sort: 'number',
              order: 'desc',
              limit: 1,
            },
          },
        }),
      )
      const [before] = page.items
      if (!before) return null
      return dataOf(api.GET('/api/runs/{run_id}', { signal, params: { path: { run_id: before.id } } }))
    },
  })

/** Asks again for what could not be had; what is there stays. */
export function refetchFailed(...queries: { isError: boolean; refetch: () => Promise<unknown> }[]): void {
  for (const query of queries) if (query.isError) void query.refetch()
}

export const createInstance = (body: CreateInstance) => dataOf(api.POST('/api/instances', { body }))

export const updateInstance = (id: string, body: UpdateInstance) =>
  dataOf(api.PATCH('/api/instances/{instance_id}', { params: { path: { instance_id: id } }, body }))

export const deleteInstance = (id: string) =>
  dataOf(api.DELETE('/api/instances/{instance_id}', { params: { path: { instance_id: id } } }))

export const startRun = (instanceId: string, config?: JsonObject) =>
  dataOf(
    api.POST('/api/instances/{instance_id}/runs', {
      params: { path: { instance_id: instanceId } },
      body: config === undefined ? null : { config },
    }),
  )

export const cancelRun = (id: string, force = false) =>
  dataOf(api.POST('/api/runs/{run_id}/cancel', { params: { path: { run_id: id } }, body: { force } }))

export const deleteRun = (id: string) =>
  dataOf(api.DELETE('/api/runs/{run_id}', { params: { path: { run_id: id } } }))

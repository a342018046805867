import { useQueries, useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../../api/client'
import { keys } from '../../api/keys'
import { instanceQuery, type RunFilters } from '../../api/queries'
import type { Instance } from '../../api/types'
import { type FoundRun, runWish } from './items'

const MOST = 20
/** Fewer letters are in everything. */
const SHORTEST = 2

/** Runs by their number, instance, experiment, error or id. `known` instances need not be asked for. */
export function useFoundRuns(asked: string, known: readonly Instance[]): FoundRun[] {
  const wish = runWish(asked)
  const filters: RunFilters = wish
    ? { max_number: wish.number, sort: 'number', order: 'desc', ...(wish.of && { q: wish.of }) }
    : { q: asked }
  const found = useQuery({
    queryKey: [...keys.runs.all, 'found', filters],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/runs', { signal, params: { query: { ...filters, limit: MOST } } }))).items,
    enabled: asked.length >= SHORTEST,
    staleTime: 0,
  }).data
  const runs = (found ?? []).filter((run) => wish === null || run.number === wish.number)
  const names = new Map(known.map((instance) => [instance.id, instance.name]))
  const others = [...new Set(runs.map((run) => run.instance_id))].filter((id) => !names.has(id))
  const answers = useQueries({ queries: others.map((id) => instanceQuery(id)) })
  for (const { data } of answers) if (data) names.set(data.id, data.name)
  return runs.map((run) => ({ run, name: names.get(run.instance_id) }))
}

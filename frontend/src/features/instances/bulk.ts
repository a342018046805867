/** Actions on several instances or runs: one request each, a few at a time. */
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { api, dataOf } from '../../api/client'
import { cancelRun, startRun } from '../../api/queries'
import type { Run } from '../../api/types'

const AT_ONCE = 4

export interface Outcome<T> {
  done: T[]
  failures: unknown[]
}

/** Calls `act` for each, whatever the others do. */
export async function forEach<In, Out>(
  items: readonly In[],
  act: (item: In) => Promise<Out>,
): Promise<Outcome<Out>> {
  const outcome: Outcome<Out> = { done: [], failures: [] }
  const left = [...items]
  const take = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        outcome.done.push(await act(item))
      } catch (error) {
        outcome.failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, take))
  return outcome
}

/** Cancels every run of this instance that is not over; the runs. */
export async function cancelActiveRuns(instanceId: string): Promise<Run[]> {
  const cancelled: Run[] = []
  let cursor: string | null = null
  do {
    const page: { items: Run[]; next_cursor: string | null } = await dataOf(
      api.GET('/api/runs', {
        params: {
          query: {
            instance_id: instanceId,
            status: ['pending', 'running'],
            limit: 1000,
            ...(cursor !== null && { cursor }),
          },
        },
      }),
    )
    for (const run of page.items) cancelled.push(await cancelRun(run.id))
    cursor = page.next_cursor
  } while (cursor !== null)
  return cancelled
}

/** A new run of the same instance with the frozen config of this one. */
export async function startAgain(run: Pick<Run, 'id' | 'instance_id'>) {
  const { config } = await dataOf(api.GET('/api/runs/{run_id}', { params: { path: { run_id: run.id } } }))
  return startRun(run.instance_id, config)
}

/** Takes what the person deleted out of the lists that are held, before they are read again. */
export function dropFromLists(client: QueryClient, lists: readonly unknown[], ids: readonly string[]): void {
  type Pages = InfiniteData<{ items: { id: string }[]; total: number }>
  client.setQueriesData<Pages>({ queryKey: lists }, (held) => {
    if (!held) return held
    const known = new Set(ids)
    const found = held.pages.flatMap((page) => page.items).filter((item) => known.has(item.id)).length
    return {
      ...held,
      pages: held.pages.map((page) => ({
        ...page,
        total: page.total - found,
        items: page.items.filter((item) => !known.has(item.id)),
      })),
    }
  })
}

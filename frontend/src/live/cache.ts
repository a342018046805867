/** Puts what events say into the query cache. */
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { keys } from '../api/keys'
import type { Instance, Run, RunDetail } from '../api/types'
import { type Change, newer } from './reduce'
import { firstReads, Paces, refresh } from './refresh'

interface Page<T> {
  items: T[]
  total: number
}

function keysOf(topic: string): (readonly unknown[])[] {
  const [kind, id = ''] = topic.split(':')
  if (kind === 'experiments') return [keys.experiments]
  if (kind === 'workers') return [keys.workers, keys.overview]
  if (kind === 'run') return [keys.runs.one(id)]
  if (kind === 'instance') return [keys.instances.one(id), keys.runs.lists]
  return [keys.instances.lists, keys.instances.counts, keys.runs.lists, keys.overview]
}

export class LiveCache {
  #client: QueryClient
  #paces = new Paces()

  constructor(client: QueryClient) {
    this.#client = client
  }

  apply(change: Change): void {
    switch (change.kind) {
      case 'instance':
        this.#patchOne<Instance>(keys.instances.one(change.instance.id), change.instance)
        this.#patchLists<Instance>(keys.instances.lists, change.instance)
        this.#refresh(keys.instances.lists)
        if (change.isNew) this.#refresh(keys.instances.counts)
        return
      case 'instance-gone':
        this.#refresh(keys.instances.one(change.id))
        this.#refresh(keys.instances.lists)
        this.#refresh(keys.instances.counts)
        this.#refresh(keys.overview)
        return
      case 'run':
        this.#patchOne<RunDetail>(keys.runs.one(change.run.id), change.run)
        this.#patchLists<Run>(keys.runs.lists, change.run)
        this.#refresh(keys.runs.lists)
        this.#refresh(keys.overview)
        if (change.run.attempt > 0) this.#refreshDetail(change.run)
        return
      case 'run-gone':
        this.#refresh(keys.runs.one(change.id))
        this.#refresh(keys.runs.lists)
        this.#refresh(keys.overview)
        return
      case 'progress':
        this.#patchOne<RunDetail>(keys.runs.one(change.progress.id), change.progress)
        this.#patchLists<Run>(keys.runs.lists, change.progress)
        this.#refreshFirst(keys.runs.lists)
        return
      case 'catalogue':
        this.#refresh(keys.experiments)
        return
      case 'workers':
        this.#refresh(keys.workers)
        this.#refresh(keys.overview)
    }
  }

  /** The state of this topic's entities may have changed unseen: read it again, at once. */
  refreshTopic(topic: string): void {
    for (const queryKey of keysOf(topic)) void refresh(this.#client, { queryKey })
  }

  /** The environment is recorded at the start, attempts begin and end, and events carry neither. */
  #refreshDetail(run: Run): void {
    const held = this.#client.getQueryData<RunDetail>(keys.runs.one(run.id))
    if (!held) return
    const newest = held.attempts.at(-1)
    const isRunning = newest?.ended_at === null
    if (
      held.environment === null ||
      newest?.number !== run.attempt ||
      isRunning !== (run.status === 'running')
    )
      this.#refresh(keys.runs.one(run.id))
  }

  #patchOne<T extends { version: number }>(
    key: readonly unknown[],
    come: Partial<T> & { version: number },
  ): void {
    this.#client.setQueryData<T>(key, (held) => held && newer(held, come))
    this.#refreshFirst(key)
  }

  /** What is read for the first time holds nothing to patch, and its answer may be older than the event. */
  #refreshFirst(key: readonly unknown[]): void {
    if (firstReads(this.#client, { queryKey: key }).length > 0) this.#refresh(key)
  }

  #patchLists<T extends { id: string; version: number }>(
    key: readonly unknown[],
    come: Partial<T> & { id: string; version: number },
  ): void {
    this.#client.setQueriesData<InfiniteData<Page<T>>>({ queryKey: key }, (held) => {
      if (!held?.pages.some((page) => page.items.some((item) => item.id === come.id))) return held
      return {
        ...held,
        pages: held.pages.map((page) => ({
          ...page,
          items: page.items.map((item) => (item.id === come.id ? newer(item, come) : item)),
        })),
      }
    })
  }

  #refresh(key: readonly unknown[]): void {
    this.#paces.ask(JSON.stringify(key), () => refresh(this.#client, { queryKey: key }))
  }
}

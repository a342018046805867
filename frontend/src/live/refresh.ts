/** Reads again what may have changed. */
import type { Query, QueryClient, QueryFilters } from '@tanstack/react-query'

/** The same is read again at most this often, however much happens. */
const EVERY_MS = 1_000
/** What takes long to read (many pages, many points) rests for so many times as long as that took. */
const REST_PER_READ = 4
const LONGEST_REST_MS = 10_000

/** Keeps reads apart, by name. */
export class Paces {
  #pauses = new Map<string, { again: boolean }>()

  /** Reads now, unless it is being done or rests: then once more after that. */
  ask(name: string, read: () => Promise<void>): void {
    const pause = this.#pauses.get(name)
    if (pause) pause.again = true
    else void this.#read(name, read)
  }

  async #read(name: string, read: () => Promise<void>): Promise<void> {
    const pause = { again: false }
    this.#pauses.set(name, pause)
    const began = performance.now()
    await read()
    const rest = Math.max(EVERY_MS, REST_PER_READ * (performance.now() - began))
    await new Promise((resolve) => setTimeout(resolve, Math.min(rest, LONGEST_REST_MS)))
    this.#pauses.delete(name)
    if (pause.again) void this.#read(name, read)
  }
}

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

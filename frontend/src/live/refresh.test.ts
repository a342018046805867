import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { refresh } from './refresh'

let client: QueryClient

beforeEach(() => {
  vi.useFakeTimers()
  client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 60_000 } } })
})

afterEach(() => {
  client.clear()
  vi.useRealTimers()
})

/** Somebody looks at this query. An answer says what was true when it was asked for, and takes a second. */
function watch(key: readonly unknown[], truth: () => unknown) {
  const queryFn = vi.fn(async () => {
    const seen = truth()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    if (seen instanceof Error) throw seen
    return seen
  })
  const observer = new QueryObserver(client, { queryKey: key, queryFn })
  return { queryFn, observer, leave: observer.subscribe(() => {}) }
}

test('what changes during the first read is in the answer that stays', async () => {
  let truth = 'running'
  const list = watch(['runs', 'list'], () => truth)
  await vi.advanceTimersByTimeAsync(500)
  truth = 'completed'
  void refresh(client, { queryKey: ['runs'] })
  await vi.advanceTimersByTimeAsync(500)
  expect(client.getQueryData(['runs', 'list'])).toBe('running') // what there is is shown meanwhile
  await vi.advanceTimersByTimeAsync(1_000)
  expect(client.getQueryData(['runs', 'list'])).toBe('completed')
  list.leave()
})

test('several changes during the first read take one more', async () => {
  const list = watch(['runs', 'list'], () => 'same')
  for (let count = 0; count < 3; count += 1) void refresh(client, { queryKey: ['runs'] })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(list.queryFn).toHaveBeenCalledTimes(2)
  list.leave()
})

test('what is held is read once, from now', async () => {
  const list = watch(['runs', 'list'], () => 'same')
  await vi.advanceTimersByTimeAsync(1_000)
  const done = refresh(client, { queryKey: ['runs'] })
  await vi.advanceTimersByTimeAsync(1_000)
  await done
  await vi.advanceTimersByTimeAsync(5_000)
  expect(list.queryFn).toHaveBeenCalledTimes(2)
  list.leave()
})

test('a first read that nobody waits for any more is not taken for new later', async () => {
  const list = watch(['runs', 'list'], () => 'same')
  list.leave()
  void refresh(client, { queryKey: ['runs'] })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(client.getQueryState(['runs', 'list'])).toMatchObject({ data: 'same', isInvalidated: true })
  expect(list.queryFn).toHaveBeenCalledTimes(1)
})

test('a first read that fails is left to who asks again', async () => {
  const list = watch(['runs', 'list'], () => new Error('away'))
  const done = refresh(client, { queryKey: ['runs'] })
  await vi.advanceTimersByTimeAsync(5_000)
  await done
  expect(list.queryFn).toHaveBeenCalledTimes(1)
  list.leave()
})

import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keys } from '../api/keys'
import type { Instance, Run } from '../api/types'
import { LiveCache } from './cache'

let client: QueryClient
let cache: LiveCache

beforeEach(() => {
  vi.useFakeTimers()
  client = new QueryClient()
  cache = new LiveCache(client)
})

afterEach(() => {
  client.clear()
  vi.useRealTimers()
})

const run = (fields: object) => ({ id: 'r1', version: 1, status: 'pending', ...fields }) as Run

/** Somebody looks at this query; counts how often it was read. */
function watch(key: readonly unknown[], read: () => unknown = () => ({})) {
  const queryFn = vi.fn(read)
  const leave = new QueryObserver(client, { queryKey: key, queryFn, staleTime: 60_000 }).subscribe(() => {})
  return { queryFn, leave }
}

test('newest versions come into what is held, older ones are ignored', () => {
  client.setQueryData(keys.runs.one('r1'), { ...run({ version: 2, status: 'running' }), config: { a: 1 } })
  const list = { pages: [{ items: [run({}), run({ id: 'r2' })], total: 2 }], pageParams: [''] }
  client.setQueryData(keys.runs.list({ instance_id: 'i' }), list)

  cache.apply({ kind: 'run', run: run({ version: 1, status: 'pending' }), isNew: false })
  expect(client.getQueryData(keys.runs.one('r1'))).toMatchObject({ version: 2, status: 'running' })

  cache.apply({ kind: 'run', run: run({ version: 5, status: 'failed' }), isNew: false })
  expect(client.getQueryData(keys.runs.one('r1'))).toMatchObject({ status: 'failed', config: { a: 1 } })
  const held = client.getQueryData<typeof list>(keys.runs.list({ instance_id: 'i' }))
  expect(held?.pages[0]?.items.map((each) => each.status)).toEqual(['failed', 'pending'])
})

test('a list without the changed row stays the same object', () => {
  const list = { pages: [{ items: [run({ id: 'r2' })], total: 1 }], pageParams: [''] }
  client.setQueryData(keys.runs.list({}), list)
  cache.apply({ kind: 'progress', progress: { id: 'r1', version: 9 } as never })
  expect(client.getQueryData(keys.runs.list({}))).toBe(list)
})

test('an instance is patched in its page and in every list', () => {
  const instance = { id: 'i1', version: 1, name: 'old' } as Instance
  client.setQueryData(keys.instances.one('i1'), instance)
  client.setQueryData(keys.instances.list({}), { pages: [{ items: [instance], total: 1 }], pageParams: [''] })
  cache.apply({ kind: 'instance', instance: { ...instance, version: 2, name: 'new' }, isNew: false })
  expect(client.getQueryData(keys.instances.one('i1'))).toMatchObject({ name: 'new' })
  expect(client.getQueryData(keys.instances.list({}))).toMatchObject({
    pages: [{ items: [{ name: 'new' }] }],
  })
})

test('a storm of events reads a list once now and once a second later', async () => {
  const list = watch(keys.experiments)
  await vi.advanceTimersByTimeAsync(0)
  expect(list.queryFn).toHaveBeenCalledTimes(1)
  for (let count = 0; count < 50; count += 1) cache.apply({ kind: 'catalogue' })
  await vi.advanceTimersByTimeAsync(900)
  expect(list.queryFn).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(200)
  expect(list.queryFn).toHaveBeenCalledTimes(3)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(list.queryFn).toHaveBeenCalledTimes(3)
  list.leave()
})

test('a list that takes long to read is finished, and then left alone for longer', async () => {
  let reads = 0
  const slow = () =>
    new Promise((resolve) =>
      setTimeout(() => {
        reads += 1
        resolve({})
      }, 2_000),
    )
  const list = watch(keys.experiments, slow)
  await vi.advanceTimersByTimeAsync(2_000)
  for (let second = 0; second < 19; second += 1) {
    cache.apply({ kind: 'catalogue' })
    await vi.advanceTimersByTimeAsync(1_000)
  }
  // The first read, then one of two seconds and a rest of eight, again and again.
  expect(list.queryFn).toHaveBeenCalledTimes(3)
  expect(reads).toBe(3)
  list.leave()
})

test('what is subscribed anew is read again at once', async () => {
  const read = {
    instances: watch(keys.instances.list({})),
    instance: watch(keys.instances.one('i')),
    runs: watch(keys.runs.list({})),
    run: watch(keys.runs.one('r')),
    experiments: watch(keys.experiments),
    workers: watch(keys.workers),
    overview: watch(keys.overview),
  }
  await vi.advanceTimersByTimeAsync(0)
  const readAgain = async (topic: string) => {
    for (const each of Object.values(read)) each.queryFn.mockClear()
    cache.refreshTopic(topic)
    await vi.advanceTimersByTimeAsync(0)
    return Object.entries(read)
      .filter(([, each]) => each.queryFn.mock.calls.length > 0)
      .map(([name]) => name)
  }
  expect(await readAgain('instances')).toEqual(['instances', 'runs', 'overview'])
  expect(await readAgain('instance:i')).toEqual(['instance', 'runs'])
  expect(await readAgain('run:r')).toEqual(['run'])
  expect(await readAgain('experiments')).toEqual(['experiments'])
  expect(await readAgain('workers')).toEqual(['workers', 'overview'])
  for (const each of Object.values(read)) each.leave()
})

test('a run that is gone, and an instance that is gone, are asked for again', async () => {
  const one = watch(keys.runs.one('r'))
  const instance = watch(keys.instances.one('i'))
  const overview = watch(keys.overview)
  await vi.advanceTimersByTimeAsync(0)
  cache.apply({ kind: 'run-gone', id: 'r' })
  cache.apply({ kind: 'instance-gone', id: 'i' })
  await vi.advanceTimersByTimeAsync(0)
  expect([one, instance, overview].map((each) => each.queryFn.mock.calls.length)).toEqual([2, 2, 2])
  for (const each of [one, instance, overview]) each.leave()
})

test('a held run without its environment is read again when it starts', async () => {
  const bare = watch(keys.runs.one('r1'), () => ({ ...run({}), environment: null, attempts: [] }))
  await vi.advanceTimersByTimeAsync(0)
  cache.apply({ kind: 'run', run: run({ version: 2, status: 'running', attempt: 1 }), isNew: false })
  await vi.advanceTimersByTimeAsync(0)
  expect(bare.queryFn).toHaveBeenCalledTimes(2)
  bare.leave()
})

test('a held run is read again when an attempt begins or ends', async () => {
  const attempts = [{ number: 1, ended_at: null }]
  const held = watch(keys.runs.one('r1'), () => ({ ...run({}), environment: {}, attempts }))
  await vi.advanceTimersByTimeAsync(0)
  const apply = async (change: object) => {
    cache.apply({ kind: 'run', run: run(change), isNew: false })
    await vi.advanceTimersByTimeAsync(20_000)
  }
  await apply({ version: 2, status: 'running', attempt: 1 })
  expect(held.queryFn).toHaveBeenCalledTimes(1)
  await apply({ version: 3, status: 'pending', attempt: 1 })
  expect(held.queryFn).toHaveBeenCalledTimes(2)
  await apply({ version: 4, status: 'running', attempt: 2 })
  expect(held.queryFn).toHaveBeenCalledTimes(3)
  held.leave()
})

test('what a first read may have missed is read once more', async () => {
  const slow = (answer: object) => () => new Promise((resolve) => setTimeout(() => resolve(answer), 500))
  const list = watch(keys.runs.list({}), slow({ pages: [{ items: [run({})], total: 1 }], pageParams: [''] }))
  const one = watch(keys.runs.one('r1'), slow(run({})))
  const instance = watch(keys.instances.one('i1'), slow({ id: 'i1', version: 1 }))
  const calls = () => [list, one, instance].map((each) => each.queryFn.mock.calls.length)

  cache.apply({ kind: 'progress', progress: { id: 'r1', version: 2 } as never })
  cache.apply({ kind: 'instance', instance: { id: 'i1', version: 2 } as Instance, isNew: false })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(calls()).toEqual([2, 2, 2])
  cache.apply({ kind: 'progress', progress: { id: 'r1', version: 3 } as never })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(calls()).toEqual([2, 2, 2])
  for (const each of [list, one, instance]) each.leave()
})

test('a topic that is subscribed during a first read is read once more after it', async () => {
  const one = watch(
    keys.runs.one('r1'),
    () => new Promise((resolve) => setTimeout(() => resolve(run({})), 500)),
  )
  await vi.advanceTimersByTimeAsync(100)
  cache.refreshTopic('run:r1')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(one.queryFn).toHaveBeenCalledTimes(2)
  one.leave()
})

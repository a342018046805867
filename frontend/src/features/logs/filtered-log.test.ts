// @vitest-environment jsdom
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { ApiError } from '../../api/problem'
import type { LogLine, LogPage } from '../../api/types'
import { FilteredLog, type HitQuery } from './filtered-log'
import { HitCount } from './hit-count'

function line(offset: number): LogLine {
  return {
    offset,
    timestamp: '2026-11-23T09:30:01.250000Z',
    level: 'warn',
    message: `${offset}`,
    metadata: null,
    attempt: 1,
  }
}

/** Answers as the server does. */
function answer(hits: readonly number[], { after, before, limit }: HitQuery): LogPage {
  const fitting = hits.filter((hit) => hit > (after ?? -1) && hit < (before ?? Number.POSITIVE_INFINITY))
  const items = (after === undefined ? fitting.slice(-limit) : fitting.slice(0, limit)).map(line)
  const first = items[0]?.offset ?? 0
  const earlier =
    after === undefined ? (items.length === limit ? first : 0) : items.length ? first : after + 1
  return {
    items,
    next_cursor: items.at(-1)?.offset ?? after ?? -1,
    previous_cursor: earlier > 0 ? earlier : null,
    total: null,
    total_complete: null,
    counted_to: null,
  }
}

const held = (log: FilteredLog) => log.hits.map(({ offset }) => offset)

test.each(['start', 'end', 5_000] as const)('from %s every hit is walked to, both ways', async (at) => {
  const hits = Array.from({ length: 2_345 }, (_, place) => place * 4 + 3)
  const log = new FilteredLog(async (query) => answer(hits, query), 10_000)
  log.setTotal(hits.length, true)
  log.open(at)
  await vi.waitFor(() => expect(log.isLoaded).toBe(true))
  const walkAll = async (step: (row: number) => number | null) => {
    const met: number[] = []
    let row = (log.takeArrival()?.offset ?? log.first) as number
    for (;;) {
      met.push(row)
      log.look(row, row)
      await vi.waitFor(() => expect(step(row) !== null || row === hits[0] || row === hits.at(-1)).toBe(true))
      const next = step(row)
      if (next === null) return met
      row = next
    }
  }
  const down = await walkAll((row) => log.next(row))
  expect(down).toEqual(hits.slice(hits.indexOf(down[0] as number)))
  log.open('end')
  await vi.waitFor(() => expect(log.last).toBe(hits.at(-1)))
  const up = await walkAll((row) => log.previous(row))
  expect(up.reverse()).toEqual(hits.slice(0, hits.indexOf(up.at(-1) as number) + 1))
  log.close()
})

test('wherever the scrollbar goes, what is held is a stretch of neighbouring hits', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 0, max: 9_999 }), { minLength: 1, maxLength: 2_000 }),
      fc.array(fc.integer({ min: -1, max: 2_500 }), { maxLength: 8 }),
      async (unsorted, places) => {
        const hits = unsorted.sort((one, other) => one - other)
        const log = new FilteredLog(async (query) => answer(hits, query), 10_000)
        log.open('start')
        await vi.waitFor(() => expect(log.isLoaded).toBe(true))
        log.setTotal(hits.length, true)
        for (const place of places) {
          if (!log.seek(place)) await vi.waitFor(() => expect(log.takeArrival()).not.toBeNull())
          const now = held(log)
          log.look(now[0] as number, now.at(-1) as number)
          await Promise.resolve()
          const from = hits.indexOf(held(log)[0] as number)
          expect(held(log)).toEqual(hits.slice(from, from + held(log).length))
          expect(log.length).toBeGreaterThanOrEqual(held(log).length)
        }
        log.close()
      },
    ),
    { numRuns: 40 },
  )
})

test('hits that come at the end are added, each once', async () => {
  vi.useFakeTimers()
  const hits = [1, 5, 9]
  const log = new FilteredLog(async (query) => answer(hits, query), 10)
  log.open('end')
  await vi.advanceTimersByTimeAsync(1)
  for (let end = 11; end < 2_000; end += 7) {
    if (end % 3 === 0) hits.push(end - 1)
    log.advance(end)
    await vi.advanceTimersByTimeAsync(20)
  }
  await vi.advanceTimersByTimeAsync(2_000)
  expect(held(log)).toEqual(hits)
  log.close()
  vi.useRealTimers()
})

test('no more hits are held than can be looked at soon, however long one stays scrolled up', async () => {
  vi.useFakeTimers()
  const hits = Array.from({ length: 100 }, (_, place) => place)
  const log = new FilteredLog(async (query) => answer(hits, query), hits.length)
  log.open('end')
  await vi.advanceTimersByTimeAsync(1)
  log.look(0, 20)
  for (let round = 0; round < 200; round++) {
    for (let more = 0; more < 50; more++) hits.push(hits.length)
    log.advance(hits.length)
    await vi.advanceTimersByTimeAsync(400)
  }
  expect(held(log)).toEqual(hits.slice(0, held(log).length))
  expect(held(log).length).toBeLessThan(4_000)
  while (!log.hasLast) {
    log.look(log.last as number, log.last as number)
    await vi.advanceTimersByTimeAsync(400)
  }
  expect(log.last).toBe(hits.at(-1))
  log.close()
  vi.useRealTimers()
})

test('hits that come when their place was cut off meanwhile leave no gap', async () => {
  vi.useFakeTimers()
  const hits = Array.from({ length: 5_000 }, (_, place) => place)
  let slow = 0
  const log = new FilteredLog(async (query) => {
    if (query.after !== undefined) await new Promise((resolve) => setTimeout(resolve, slow))
    return answer(hits, query)
  }, hits.length)
  log.open('end')
  await vi.advanceTimersByTimeAsync(1)
  while (log.hits.length < 3_000) {
    log.look(log.first as number, log.first as number)
    await vi.advanceTimersByTimeAsync(1)
  }
  slow = 1_000
  for (let more = 0; more < 10; more++) hits.push(hits.length)
  log.advance(hits.length)
  await vi.advanceTimersByTimeAsync(500) // later hits are on their way
  log.look(log.first as number, log.first as number)
  await vi.advanceTimersByTimeAsync(2_000)
  const from = held(log)[0] as number
  expect(held(log)).toEqual(hits.slice(from, from + held(log).length))
  log.close()
  vi.useRealTimers()
})

test('nothing found is known to be nothing', async () => {
  const log = new FilteredLog(async (query) => answer([], query), 10_000)
  log.open('start')
  await vi.waitFor(() => expect(log.isLoaded).toBe(true))
  expect([log.first, log.last, log.length]).toEqual([null, null, 0])
})

test('the place of a hit among all is told where it is known', async () => {
  const hits = Array.from({ length: 1_000 }, (_, place) => place * 10)
  const log = new FilteredLog(async (query) => answer(hits, query), 10_000)
  log.open('end')
  await vi.waitFor(() => expect(log.isLoaded).toBe(true))
  expect(log.rank(9_990)).toBeNull()
  log.setTotal(1_000, true)
  expect([log.rank(9_990), log.rank(9_000), log.rank(9_001)]).toEqual([1_000, 901, null])
  log.open('start')
  await vi.waitFor(() => expect(log.first).toBe(0))
  expect(log.rank(50)).toBe(6)
})

test('a count goes on where it stopped, and again when more was written', async () => {
  vi.useFakeTimers()
  let end = 1_000
  const asked: number[] = []
  const count = new HitCount(async (after) => {
    asked.push(after)
    const to = Math.min(end, after + 1 + 400)
    return { ...answer([], { limit: 1 }), total: to - after - 1, total_complete: to === end, counted_to: to }
  }, end)
  await count.start()
  expect([count.total, count.isAll, asked]).toEqual([1_000, true, [-1, 399, 799]])
  end = 1_300
  count.advance(1_200)
  count.advance(1_300)
  await vi.advanceTimersByTimeAsync(1_100)
  expect([count.total, count.isAll, asked.slice(3)]).toEqual([1_300, true, [999]])
  count.close()
  vi.useRealTimers()
})

const away = () => new ApiError(503, 'PostgreSQL is away', 'It comes back.')

test('what failed because a server was away is read again when the stream goes on', async () => {
  let isAway = true
  const log = new FilteredLog(async (query) => {
    if (isAway) throw away()
    return answer([3], query)
  }, 10)
  log.open('start')
  await vi.waitFor(() => expect(log.failure).not.toBeNull())
  isAway = false
  log.reconnected()
  await vi.waitFor(() => expect(held(log)).toEqual([3]))
  expect(log.failure).toBeNull()
  log.close()
})

test('after a failure the lines that came meanwhile are looked through, also when no more come', async () => {
  vi.useFakeTimers()
  let isAway = false
  const hits = [1]
  const log = new FilteredLog(async (query) => {
    if (isAway) throw away()
    return answer(hits, query)
  }, 10)
  log.open('end')
  await vi.advanceTimersByTimeAsync(1)
  isAway = true
  hits.push(15)
  log.advance(20)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(log.failure).not.toBeNull()
  isAway = false
  log.retry()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([held(log), log.failure]).toEqual([[1, 15], null])
  log.close()
  vi.useRealTimers()
})

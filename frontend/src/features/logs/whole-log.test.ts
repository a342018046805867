// @vitest-environment jsdom
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { ApiError } from '../../api/problem'
import type { LogLine, LogPage } from '../../api/types'
import type { TopicFrame } from '../../live/connection'
import { LogPages, PAGE_LINES } from './log-pages'
import { WholeLog } from './whole-log'

const topic = 'run:1:logs'

function line(offset: number, message = `line ${offset}`): LogLine {
  return {
    offset,
    timestamp: '2026-11-23T09:30:01.250000Z',
    level: 'info',
    message,
    metadata: null,
    attempt: 1,
  }
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, place) => line(from + place))

function page(items: LogLine[]): LogPage {
  return { items, next_cursor: 0, previous_cursor: null, total: null, total_complete: null, counted_to: null }
}

/** A server with so many lines, that may have more tomorrow. */
function server(length: number) {
  const state = { length, asked: [] as number[] }
  const read = async (after: number, limit: number) => {
    state.asked.push(after)
    return page(lines(after + 1, Math.min(state.length, after + 1 + limit)))
  }
  return { state, read }
}

const settled = () => vi.waitFor(async () => {}, { timeout: 1000 })

async function readAll(log: WholeLog): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = []
  for (let first = 0; first < log.end; first += 100) {
    const last = Math.min(log.end, first + 100) - 1
    log.look(first, last)
    await vi.waitFor(() => {
      for (let offset = first; offset <= last; offset++) expect(log.line(offset)).toBeDefined()
    })
    for (let offset = first; offset <= last; offset++) found.push(log.line(offset)?.message)
  }
  return found
}

/** What the server may send: the stream from where the follower is, cut anywhere, skipping where it is far behind. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('batch' as const), size: fc.integer({ min: 1, max: 90 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('skip' as const), size: fc.integer({ min: 1, max: 900 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconnect' as const), size: fc.constant(0) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('written' as const), size: fc.integer({ min: 1, max: 500 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('twice' as const), size: fc.constant(0) }) },
)

test('whatever the stream does, every line is there once, at its place', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 500 }),
      fc.array(step, { maxLength: 40 }),
      async (before, steps) => {
        const { state, read } = server(before)
        const log = new WholeLog(read)
        let place = 0
        const subscribe = () => {
          const after = log.position().after ?? state.length - 1
          place = after + 1
          log.take({ type: 'subscribed', topic, after, next: state.length })
        }
        let latest: TopicFrame | null = null
        const give = (frame: TopicFrame) => {
          latest = frame
          log.take(frame)
        }
        subscribe()
        for (const { kind, size } of steps) {
          if (kind === 'written') state.length += size
          else if (kind === 'reconnect') subscribe()
          else if (kind === 'twice' && latest) log.take(latest)
          else if (kind === 'skip' && place < state.length) {
            const to = Math.min(state.length, place + size)
            give({ type: 'skip', topic, from: place, to })
            place = to
          } else if (kind === 'batch' && place < state.length) {
            const to = Math.min(state.length, place + size)
            give({ type: 'batch', topic, from: place, items: lines(place, to) })
            place = to
          }
        }
        log.take({ type: 'skip', topic, from: place, to: state.length })
        log.take({ type: 'end', topic, next: state.length })
        expect(log.end).toBe(state.length)
        expect(log.isEnded).toBe(true)
        expect(await readAll(log)).toEqual(lines(0, state.length).map(({ message }) => message))
        log.close()
      },
    ),
    { numRuns: 40 },
  )
})

test('a stream goes on from the last line it brought, not from what was read', async () => {
  const { read } = server(1_000)
  const log = new WholeLog(read, 1_000)
  expect(log.position()).toEqual({ mode: 'tail' })
  log.take({ type: 'subscribed', topic, after: 999, next: 1_000 })
  log.look(0, 40)
  await vi.waitFor(() => expect(log.line(0)).toBeDefined())
  log.take({ type: 'batch', topic, from: 1_000, items: lines(1_000, 1_010) })
  log.take({ type: 'skip', topic, from: 1_010, to: 9_000 })
  expect(log.position()).toEqual({ after: 8_999, mode: 'tail' })
  expect(log.end).toBe(9_000)
})

test('what a run counts is news only before the stream is heard', () => {
  const { read } = server(0)
  const log = new WholeLog(read)
  log.expect(50)
  expect(log.end).toBe(50)
  log.take({ type: 'subscribed', topic, after: 59, next: 60 })
  log.expect(80)
  expect(log.end).toBe(60)
})

test('memory is bounded, and what is looked at stays', async () => {
  const { read } = server(1_000_000)
  const log = new WholeLog(read, 1_000_000, new LogPages(10))
  log.look(500_000, 500_050)
  await vi.waitFor(() => expect(log.line(500_000)).toBeDefined())
  for (let from = 0; from < 20_000; from += 500) {
    log.take({ type: 'batch', topic, from, items: lines(from, from + 500) })
    expect(log.pages).toBeLessThanOrEqual(10)
  }
  expect(log.line(500_000)?.message).toBe('line 500000')
  expect(log.line(19_999)?.message).toBe('line 19999')
  expect(log.line(0)).toBeUndefined()
})

test('long lines count by their length', () => {
  const pages = new LogPages(1_000, 1_000_000)
  for (let offset = 0; offset < 10_000; offset += 100) pages.put([line(offset, 'x'.repeat(65_536))])
  pages.trim(0, 0)
  expect(pages.size).toBeLessThanOrEqual(1_000_000 / 65_536 + 1)
})

test('what is looked at and beside it is read once, however long its lines are', async () => {
  const asked: number[] = []
  const read = async (after: number, limit: number) => {
    asked.push(after + 1)
    if (asked.length > 10) return new Promise<LogPage>(() => {})
    return page(Array.from({ length: limit }, (_, place) => line(after + 1 + place, 'x'.repeat(100))))
  }
  const log = new WholeLog(read, 1_000, new LogPages(60, 1.5 * PAGE_LINES * 100))
  log.look(450, 490)
  await vi.waitFor(() => expect([250, 450, 650].every((offset) => log.line(offset))).toBe(true))
  await settled()
  expect(asked).toEqual([400, 600, 200])
})

test('a fast drag asks for what is looked at, and gives up the rest', async () => {
  const signals: AbortSignal[] = []
  const asked: number[] = []
  const log = new WholeLog((after, _limit, signal) => {
    asked.push((after + 1) / PAGE_LINES)
    signals.push(signal)
    return new Promise(() => {})
  }, 1_000_000)
  for (const place of [100_000, 300_000, 500_000, 700_000]) log.look(place, place + 40)
  await settled()
  expect(asked.slice(0, 3)).toEqual([500, 501, 499])
  expect(signals.slice(0, 9).every((signal) => signal.aborted)).toBe(true)
  expect(signals.slice(9).some((signal) => signal.aborted)).toBe(false)
  expect(asked.slice(9)).toEqual([3500, 3501, 3499])
})

test('a page that failed is read again when asked to', async () => {
  let isBroken = true
  const log = new WholeLog(async (after, limit) => {
    if (isBroken) throw new Error('no')
    return page(lines(after + 1, after + 1 + limit))
  }, 1_000)
  log.look(0, 40)
  await vi.waitFor(() => expect(log.failure?.message).toBe('no'))
  isBroken = false
  log.retry()
  await vi.waitFor(() => expect(log.line(0)).toBeDefined())
  expect(log.failure).toBeNull()
})

test('a page that failed because a server was away is read again when the stream goes on', async () => {
  let isAway = true
  const log = new WholeLog(async (after, limit) => {
    if (isAway) throw new ApiError(503, 'PostgreSQL is away', 'It comes back.')
    return page(lines(after + 1, after + 1 + limit))
  }, 1_000)
  log.look(0, 40)
  await vi.waitFor(() => expect(log.failure).not.toBeNull())
  isAway = false
  log.take({ type: 'subscribed', topic, after: 999, next: 1_000 })
  await vi.waitFor(() => expect(log.line(0)).toBeDefined())
  expect(log.failure).toBeNull()
})

test('equal neighbours are one row, and places stay offsets', async () => {
  const log = new WholeLog(async () => page([]), 0)
  const messages = ['a', 'b', 'b', 'b', 'c', 'c']
  log.take({ type: 'batch', topic, from: 0, items: messages.map((message, offset) => line(offset, message)) })
  const rows = () => {
    const found: [number, number][] = []
    for (let row = log.first; row !== null; row = log.next(row)) found.push([row, log.span(row)])
    return found
  }
  expect(rows()).toEqual([[0, 1], [1, 3], [4, 2]]) // biome-ignore format: rows of one thing
  expect([log.previous(4), log.last, log.at(3), log.indexOf(4)]).toEqual([1, 4, 1, 4])
  log.setOpened(1, true)
  expect(rows()).toEqual([[0, 1], [1, 1], [2, 2], [4, 2]]) // biome-ignore format: rows of one thing
  log.setJoins(false)
  expect(rows()).toHaveLength(6)
})

test('a progress bar is one row that shows its last state', () => {
  const log = new WholeLog(async () => page([]), 0)
  const bar = (offset: number, message: string): LogLine => ({
    ...line(offset, message),
    metadata: { source: 'stderr', bar: true },
  })
  log.take({ type: 'batch', topic, from: 0, items: [line(0), bar(1, '10%'), bar(2, '50%')] })
  expect([log.span(1), log.line(1)?.message]).toEqual([2, '50%'])
  log.take({ type: 'batch', topic, from: 3, items: [bar(3, '100%'), line(4)] })
  expect([log.span(1), log.line(1)?.message, log.next(1)]).toEqual([3, '100%', 4])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ResultEntry } from '../../api/types'
import { columnsOf, firstOf, matches, merge, type ResultOrder, sorted, take } from './entries'

function entry(offset: number, key: string, size = 1): ResultEntry {
  return { offset, key, size, timestamp: '2026-11-23T09:30:00Z', truncated: false, preview: null }
}

test('sorts by key, by time and by size, both ways', () => {
  const entries = [entry(0, 'b', 5), entry(1, 'a', 5), entry(2, 'b', 1)]
  const offsets = (sort: 'key' | 'timestamp' | 'size', order: 'asc' | 'desc') =>
    sorted(entries, { sort, order }).map((each) => each.offset)
  expect(offsets('key', 'asc')).toEqual([1, 0, 2])
  expect(offsets('key', 'desc')).toEqual([2, 0, 1])
  expect(offsets('timestamp', 'desc')).toEqual([2, 1, 0])
  expect(offsets('size', 'asc')).toEqual([2, 0, 1])
})

test('what comes twice is held once, and nothing new changes nothing', () => {
  const held = merge(new Map(), [entry(0, 'a'), entry(1, 'b')])
  expect(merge(held, [entry(1, 'b')])).toBe(held)
  expect([...merge(held, [entry(1, 'b'), entry(2, 'c')]).keys()]).toEqual([0, 1, 2])
})

test('the first so many are listed whatever comes, and nothing else is kept', () => {
  const most = 20
  fc.assert(
    fc.property(
      fc.constantFrom<ResultOrder['sort']>('offset', 'key', 'size', 'timestamp'),
      fc.constantFrom<ResultOrder['order']>('asc', 'desc'),
      fc.constantFrom(undefined, 'a'),
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'ab'), fc.integer({ min: 0, max: 9 })), { maxLength: 150 }),
      fc.array(fc.oneof(fc.constant('read' as const), fc.integer({ min: 1, max: 12 })), { maxLength: 40 }),
      (sort, order, q, recorded, steps) => {
        const all = recorded.map(([key, size], offset) => entry(offset, key, size))
        const by = { sort, order }
        let end = 0
        let read: ReadonlyMap<number, ResultEntry> = new Map()
        let come: ReadonlyMap<number, ResultEntry> = new Map()
        let listed: ResultEntry[] = []
        for (const step of steps) {
          if (step === 'read') {
            read = merge(new Map(), firstOf(all.slice(0, end), q, by, most))
          } else {
            const items = all.slice(end, end + step)
            end = Math.min(all.length, end + step)
            come = take(come, items, { read, listed, q, order: by, most })
            expect(come.size).toBeLessThanOrEqual(most + items.length)
          }
          listed = firstOf(merge(read, [...come.values()]).values(), q, by, most)
          expect(listed).toEqual(firstOf(all.slice(0, end), q, by, most))
        }
      },
    ),
  )
})

test('what is not listed changes nothing', () => {
  const order = { sort: 'offset', order: 'asc' } as const
  const read = merge(new Map(), [entry(0, 'a'), entry(1, 'b')])
  const held = merge(new Map(), [entry(2, 'c')])
  const listed = [...read.values(), ...held.values()]
  const shown = { read, listed, q: undefined, order }
  expect(take(held, [entry(1, 'b'), entry(3, 'd')], { ...shown, most: 3 })).toBe(held)
  expect([...take(held, [entry(3, 'd')], { ...shown, most: 4 }).keys()]).toEqual([2, 3])
})

test('keys are found in any case', () => {
  expect(matches(entry(0, 'Accuracy'), 'acc')).toBe(true)
  expect(matches(entry(0, 'loss'), 'acc')).toBe(false)
  expect(matches(entry(0, 'loss'), undefined)).toBe(true)
})

test('a table is offered where values are uniform objects', () => {
  expect(
    columnsOf([
      { a: 1, b: 2 },
      { b: 3, a: 4 },
    ]),
  ).toEqual(['a', 'b'])
  expect(columnsOf([{ a: 1 }])).toBeNull()
  expect(columnsOf([{ a: 1 }, 2])).toBeNull()
  expect(columnsOf([{ a: 1 }, { b: 1 }])).toBeNull()
  expect(columnsOf({ a: 1 })).toBeNull()
})

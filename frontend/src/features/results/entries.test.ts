import { expect, test } from 'vitest'
import type { ResultEntry } from '../../api/types'
import { columnsOf, matches, merge, sorted } from './entries'

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

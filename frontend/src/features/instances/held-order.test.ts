import { expect, test } from 'vitest'
import { settle } from './held-order'

const rows = (...ids: string[]) => ids.map((id) => ({ id, state: 'old' }))
const fresh = (...ids: string[]) => ids.map((id) => ({ id, state: 'new' }))
const order = (settled: { rows: readonly { id: string }[] }) => settled.rows.map((row) => row.id).join('')
const held = { isHeld: true, hasMore: false }

test('while nobody is at the table the order of the server holds', () => {
  const settled = settle(rows('a', 'b', 'c'), fresh('c', 'x', 'a'), { isHeld: false, hasMore: false })
  expect(settled).toEqual({ rows: fresh('c', 'x', 'a'), gone: new Set(), changes: 0 })
})

test('held rows stay where they are and show their newest state', () => {
  const settled = settle(rows('a', 'b', 'c'), fresh('c', 'a', 'b'), held)
  expect(settled).toEqual({ rows: fresh('a', 'b', 'c'), gone: new Set(), changes: 1 })
})

test('new rows wait, deleted ones stay and are marked', () => {
  const settled = settle(rows('a', 'b', 'c'), fresh('x', 'y', 'a', 'c'), held)
  expect(order(settled)).toBe('abc')
  expect(settled.gone).toEqual(new Set(['b']))
  expect(settled.changes).toBe(3)
})

test('a page that is read on comes in below, where it moves nothing', () => {
  const settled = settle(rows('a', 'b'), fresh('b', 'a', 'c', 'd'), { isHeld: true, hasMore: true })
  expect(order(settled)).toBe('abcd')
  expect(settled.changes).toBe(1)
})

test('what slipped past the end of what is loaded is not gone', () => {
  const settled = settle(rows('a', 'b', 'c'), fresh('x', 'a', 'b'), { isHeld: true, hasMore: true })
  expect(order(settled)).toBe('abc')
  expect(settled.gone.size).toBe(0)
  expect(settled.changes).toBe(1)
})

test('what comes back after others slipped past the end does not make those gone', () => {
  const settled = settle(rows('a', 'b', 'c', 'd'), fresh('d', 'x', 'y', 'a'), { isHeld: true, hasMore: true })
  expect(order(settled)).toBe('abcd')
  expect(settled.gone.size).toBe(0)
})

test('as many new rows as are loaded wait above, and what they pushed out is not gone', () => {
  const held = { isHeld: true, hasMore: true }
  const once = settle(rows('a', 'b'), fresh('x', 'y'), held)
  expect(once).toEqual({ rows: rows('a', 'b'), gone: new Set(), changes: 2 })
  expect(settle(once.rows, fresh('v', 'w'), held)).toEqual({
    rows: rows('a', 'b'),
    gone: new Set(),
    changes: 2,
  })
})

test('an empty table that is pointed at fills', () => {
  expect(order(settle([], fresh('a', 'b'), held))).toBe('ab')
})

test('everything gone', () => {
  const settled = settle(rows('a', 'b'), fresh(), held)
  expect(order(settled)).toBe('ab')
  expect(settled.changes).toBe(2)
})

test('ten thousand rows turned round are settled at once', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => String(index))
  const settled = settle(rows(...ids), fresh(...ids.toReversed()), held)
  expect(settled.rows).toHaveLength(10_000)
  expect(settled.changes).toBe(9_999)
})

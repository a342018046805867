import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CLOSED, childrenOf, moveFor, openUpTo, preview, rowsOf, showMore, toggle } from './tree-model'

test('a closed value is one row, whatever is in it', () => {
  const value = Array.from({ length: 100_000 }, (_, i) => ({ i }))
  expect(rowsOf(value, CLOSED)).toHaveLength(1)
  expect(preview(value)).toBe('[ 100,000 items ]')
})

test('children come in pages, and names are kept apart', () => {
  const value = { 'a/b': { '~': 1 }, list: Array.from({ length: 250 }, (_, i) => i) }
  let state = toggle(toggle(CLOSED, ''), '/a~1b')
  expect(rowsOf(value, state).map((row) => row.id)).toEqual(['', '/a~1b', '/a~1b/~0', '/list'])
  state = toggle(toggle(state, '/a~1b'), '/list')
  const rows = rowsOf(value, state)
  expect(rows).toHaveLength(1 + 1 + 1 + 100 + 1)
  expect(rows.at(-1)).toEqual({ kind: 'more', id: '/list/…', path: ['list'], of: '/list', hidden: 150 })
  expect(rowsOf(value, showMore(showMore(state, '/list'), '/list'))).toHaveLength(1 + 1 + 1 + 250)
})

test('keys walk, open and close', () => {
  const rows = rowsOf({ a: { b: 1 }, c: 2 }, toggle(toggle(CLOSED, ''), '/a'))
  expect(rows.map((row) => row.id)).toEqual(['', '/a', '/a/b', '/c'])
  expect(moveFor(rows, 0, 'ArrowDown')).toEqual({ to: 1 })
  expect(moveFor(rows, 1, 'ArrowRight')).toEqual({ to: 2 })
  expect(moveFor(rows, 1, 'ArrowLeft')).toBe('act')
  expect(moveFor(rows, 2, 'ArrowLeft')).toEqual({ to: 1 })
  expect(moveFor(rows, 2, 'Enter')).toBeNull()
  expect(moveFor(rows, 0, 'End')).toEqual({ to: 3 })
  expect(moveFor(rows, 0, 'x')).toBeNull()
})

test('opening by itself stays within its limit, for any value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 50 }), (value, most) => {
      expect(rowsOf(value, openUpTo(value, most)).length).toBeLessThanOrEqual(
        Math.max(most, 1 + (childrenOf(value) ?? 0)),
      )
    }),
  )
})

test('everything open shows every node once', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const rows = rowsOf(value, openUpTo(value, 100_000))
      expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length)
      expect(rows.filter((row) => row.kind === 'node')).toHaveLength(nodes(value))
    }),
  )
})

function nodes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return 1 + Object.values(value).reduce((sum: number, child) => sum + nodes(child), 0)
}

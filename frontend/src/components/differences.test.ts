import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differences } from './differences'

test('names each leaf that changed, came or went', () => {
  expect(differences({ a: 1, b: { c: [1, 2] }, d: 0 }, { a: 1, b: { c: [1, 3, 4] }, e: null })).toEqual([
    { path: '/b/c/1', before: 2, after: 3 },
    { path: '/b/c/2', before: undefined, after: 4 },
    { path: '/d', before: 0, after: undefined },
    { path: '/e', before: undefined, after: null },
  ])
})

test('a field may be called __proto__', () => {
  expect(differences(JSON.parse('{"__proto__":1}'), {})).toEqual([
    { path: '/__proto__', before: 1, after: undefined },
  ])
})

test('whole numbers beyond 2^53 are compared digit by digit', () => {
  expect(differences({ seed: 9007199254740993n }, { seed: 9007199254740992n })).toHaveLength(1)
})

test('a value does not differ from itself', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(differences(value, structuredClone(value))).toEqual([])
    }),
  )
})

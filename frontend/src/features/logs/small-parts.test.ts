import { expect, test } from 'vitest'
import { filterOf, parametersOf } from './log-search'
import { metadataPreview, ownMetadata } from './metadata'
import { readPreferences } from './preferences'
import { Slots } from './slots'
import { clockTime, sinceStart } from './times'

test('times are clocks, or since the start', () => {
  const start = '2026-11-23T09:30:00.000000Z'
  expect(sinceStart('2026-11-23T09:30:00.250000Z', start)).toBe('+0.250')
  expect(sinceStart('2026-11-23T09:31:02.250000Z', start)).toBe('+1:02.250')
  expect(sinceStart('2026-11-24T11:30:00.000000Z', start)).toBe('+26:00:00.000')
  expect(sinceStart('2026-11-23T09:29:59.000000Z', start)).toBe('-1.000')
  expect(clockTime('2026-11-23T09:30:00.007000Z', start)).toMatch(/^\d\d:30:00\.007$/)
  expect(clockTime('2026-11-26T09:30:00.007000Z', start)).toMatch(/^11-2\d \d\d:30:00\.007$/)
})

test('metadata is previewed in a line, without what the row says anyway', () => {
  expect(ownMetadata({ source: 'stdout', stream: 'pipe' })).toBeNull()
  expect(ownMetadata(null)).toBeNull()
  const metadata = { source: 'logging', step: 3, list: [1], none: null, big: 2n ** 60n, empty: {} }
  expect(metadataPreview(metadata)).toBe('step=3 list=[…] none=null big=1152921504606846976 empty={}')
  expect(metadataPreview({ text: 'x'.repeat(500) }).length).toBeLessThan(130)
})

test('a filter is what leaves lines out', () => {
  expect(filterOf({})).toBeNull()
  expect(filterOf({ level: 'debug', line: 3 })).toBeNull()
  expect(parametersOf(filterOf({ level: 'warn', q: 'a', regex: true }) ?? {})).toEqual({
    level: 'warn',
    regex: 'a',
  })
  expect(parametersOf(filterOf({ q: 'a' }) ?? {})).toEqual({ q: 'a' })
})

test('preferences survive what somebody else wrote', () => {
  const defaults = { wrap: false, time: 'absolute', joins: true }
  for (const text of [undefined, 'null', '{', '3', '{"wrap":1}'])
    expect(readPreferences(text)).toEqual(defaults)
  expect(readPreferences('{"wrap":true,"time":"relative","joins":false}')).toEqual({
    wrap: true,
    time: 'relative',
    joins: false,
  })
})

test('elements stay with their rows, are used again while lines rush by, and never by two rows', () => {
  const slots = new Slots()
  const first = slots.assign([1, 2, 3], true)
  const second = slots.assign([2, 3, 4], true)
  expect(second.slice(0, 2)).toEqual(first.slice(1))
  expect(second[2]).toBe(first[0])
  const third = slots.assign([3, 4, 5], false)
  expect(third[2]).not.toBe(second[0])
  for (let row = 0; row < 500; row += 7) {
    const names = slots.assign([row, row + 1, row + 2, row + 3].slice(0, (row % 4) + 1), row % 3 === 0)
    expect(new Set(names).size).toBe(names.length)
  }
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { append, ascending, columnsOf, positive, shortNumber, smoothed } from './series'

const AT = '2026-11-23T09:30:00Z'

test('what came live stands behind what REST gave, and what is no finite number is a gap', () => {
  const past = columnsOf({
    name: 'loss',
    total: 4,
    last_offset: 8,
    points: [{ step: 0, timestamp: AT, value: 2, min: 1, max: 3 }],
  })
  const all = append(past, 4, [
    { offset: 9, timestamp: AT, name: 'loss', step: 7, value: 1.5 },
    { offset: 11, timestamp: AT, name: 'loss', step: null, value: 'NaN' },
  ])
  expect(all).toEqual({ x: [0, 7, 5], y: [2, 1.5, null], low: [1, 1.5, null], high: [3, 1.5, null] })
  expect(ascending(all)).toEqual({
    x: [0, 5, 7],
    y: [2, null, 1.5],
    low: [1, null, 1.5],
    high: [3, null, 1.5],
  })
  expect(past.x).toEqual([0])
})

test('smoothing keeps a constant, gaps, and the range', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true })), { minLength: 1 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (values, weight) => {
        const out = smoothed(values, weight)
        const numbers = values.filter((value) => value !== null)
        const [low, high] = [Math.min(...numbers) - 1e-3, Math.max(...numbers) + 1e-3]
        expect(out.map((value) => value === null)).toEqual(values.map((value) => value === null))
        for (const value of out) if (value !== null) expect(value >= low && value <= high).toBe(true)
      },
    ),
  )
  const constant = smoothed([3, 3, null, 3], 0.9)
  expect(constant.map((value) => value && Math.round(value * 1e9) / 1e9)).toEqual([3, 3, null, 3])
})

test('a logarithmic axis leaves out what it cannot show', () => {
  expect(positive([1, 0, -1, null, 2])).toEqual([1, null, null, null, 2])
})

test('numbers are short', () => {
  expect([0, 1234567, 0.123456789, 1e-9, 12345678.9, 'NaN', null].map(shortNumber)).toEqual([
    '0',
    '1,234,567',
    '0.12346',
    '1.000e-9',
    '1.235e+7',
    'NaN',
    '–',
  ])
})

import { expect, test } from 'vitest'
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

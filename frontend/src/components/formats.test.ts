import { expect, test } from 'vitest'
import { exactTime } from './formats'

test('the first hour of a day is 0, not 24', () => {
  expect(exactTime(new Date(2026, 10, 25, 0, 5, 9).toISOString())).toMatch(/\b00?:05:09/)
})

import { expect, test } from 'vitest'
import { filterOf, parametersOf } from './log-search'

test('a filter is what leaves lines out', () => {
  expect(filterOf({})).toBeNull()
  expect(filterOf({ level: 'debug', line: 3 })).toBeNull()
  expect(parametersOf(filterOf({ level: 'warn', q: 'a', regex: true }) ?? {})).toEqual({
    level: 'warn',
    regex: 'a',
  })
  expect(parametersOf(filterOf({ q: 'a' }) ?? {})).toEqual({ q: 'a' })
})

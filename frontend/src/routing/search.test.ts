import { expect, test } from 'vitest'
import { flag, many, one, parseSearch, stringifySearch, whole } from './search'

test('an address holds what REST takes, and comes back the same', () => {
  const search = { q: 'a b&c', status: ['failed', 'running'], level: undefined, line: 12, regex: true }
  const text = stringifySearch(search)
  expect(text).toBe('?q=a+b%26c&status=failed&status=running&line=12&regex=true')
  expect(parseSearch(text)).toEqual({ q: 'a b&c', status: ['failed', 'running'], line: '12', regex: 'true' })
})

test('what is no value is none', () => {
  expect(stringifySearch({})).toBe('')
  expect([one(''), one(['a', 'b']), many('a'), many('')]).toEqual([undefined, 'a', ['a'], undefined])
  expect([whole('12'), whole('-1'), whole('1e3'), whole('9999999999999999')]).toEqual([
    12,
    undefined,
    undefined,
    undefined,
  ])
  expect([flag('true'), flag('yes')]).toEqual([true, undefined])
})

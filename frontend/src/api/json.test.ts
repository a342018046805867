import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatJson, parseJson } from './json'

test('whole numbers beyond 2^53 keep every digit', () => {
  const text = '{"seed":9223372036854775807,"small":-9007199254740993,"ratio":0.1,"count":3}'
  expect(parseJson(text)).toEqual({
    seed: 9223372036854775807n,
    small: -9007199254740993n,
    ratio: 0.1,
    count: 3,
  })
  expect(formatJson(parseJson(text))).toBe(text)
})

test('any JSON value comes back the same', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      expect(formatJson(parseJson(JSON.stringify(value)))).toBe(
        JSON.stringify(JSON.parse(JSON.stringify(value))),
      )
    }),
  )
})

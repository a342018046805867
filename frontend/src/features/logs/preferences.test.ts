import { expect, test } from 'vitest'
import { readPreferences } from './preferences'

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

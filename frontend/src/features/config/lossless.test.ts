import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatJson, parseJson } from '../../api/json'
import { ConfigState } from './config-state'
import { readConfig, readJson, writeJson } from './json-text'
import { valueAt, withFieldRenamed, withItemMoved, withValueAt } from './places'
import type { JsonMap } from './verdict/json-types'
import { pointer } from './verdict/pointer'

const keys = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    '__proto__',
    'constructor',
    'toString',
    '',
    'a/b',
    '~',
    '~1',
    '0',
    'x.y',
    '$ref',
    'length',
  ),
  fc.string({ maxLength: 4 }),
)
const scalars = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    2n ** 63n,
    -(2n ** 63n),
    2n ** 64n - 1n,
    9007199254740993n,
    1e300,
    0.1,
    1e-7,
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.string(),
)
const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalars,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }).map((fields) => Object.fromEntries(fields)),
  ),
})).value
const configs = fc
  .array(fc.tuple(keys, values), { maxLength: 5 })
  .map((fields) => Object.fromEntries(fields) as JsonMap)

const schemas: fc.Arbitrary<JsonMap> = fc
  .array(
    fc.tuple(
      keys,
      fc.constantFrom<JsonMap>(
        { type: 'integer', default: 3 },
        { type: ['string', 'null'], default: null },
        { type: 'array', items: { type: 'object', properties: { a: { type: 'number', default: 1.5 } } } },
        { type: 'object', properties: { a: { default: 1 } }, additionalProperties: false },
        { enum: ['x', 'y'] },
        { anyOf: [{ type: 'integer' }, { type: 'array' }] },
        { type: 'number', maximum: 18446744073709551615n },
      ),
    ),
    { maxLength: 4 },
  )
  .map((fields) => ({ type: 'object', properties: Object.fromEntries(fields), additionalProperties: false }))

/** The order of keys counts too. */
const exact = (value: unknown) => formatJson(value)

function stateOf(schema: JsonMap, config: JsonMap): ConfigState {
  return new ConfigState({ config_schema: schema, form_schema: schema, defaults: {} }, config)
}

test('from value to form to JSON and back nothing is changed, dropped or added', () => {
  fc.assert(
    fc.property(schemas, configs, (schema, config) => {
      const before = exact(config)
      const state = stateOf(schema, config)
      const text = state.json.text
      state.writeJson(text)
      expect(state.value).toBe(config)
      const again = stateOf(schema, readConfig(text).value as JsonMap)
      state.submit()
      expect([exact(state.value), exact(again.value), again.json.text]).toEqual([before, before, text])
    }),
    { numRuns: 300 },
  )
})

test('JSON that is written comes back the same, with whole numbers of any size and names like __proto__', () => {
  fc.assert(
    fc.property(values, (value) => {
      const back = readJson(writeJson(value))
      expect(back.fault).toBeUndefined()
      expect(exact(back.value)).toBe(exact(value))
    }),
  )
})

test('a change at one place changes only that place', () => {
  fc.assert(
    fc.property(configs, keys, values, (config, key, value) => {
      const path = pointer([key])
      const changed = withValueAt(config, path, value) as JsonMap
      expect(exact(valueAt(changed, path))).toBe(exact(value))
      const others = Object.keys(config).filter((name) => name !== key)
      for (const name of others) expect(changed[name]).toBe(config[name])
      expect(Object.keys(withValueAt(changed, path, undefined) as JsonMap)).toEqual(others)
    }),
  )
})

test('text that is no JSON stays as it is, names its line, and cannot be submitted', () => {
  const state = stateOf({ type: 'object' }, { a: 1 })
  state.writeJson('{\n  "a": 1,\n  "b": tru\n}')
  expect(state.json.text).toBe('{\n  "a": 1,\n  "b": tru\n}')
  expect(state.json.read.fault).toMatchObject({ line: 3, column: 8 })
  expect(state.value).toEqual({ a: 1 })
  expect(state.submit()).toHaveLength(1)
  state.writeJson('{"b": 5.0}')
  expect([state.value, state.json.text, state.submit()]).toEqual([{ b: 5 }, '{"b": 5.0}', []])
})

test.each([
  ['[1]', 1, 1],
  ['{"a": 1e999}', 1, 7],
  ['{"a": 1,}', 1, 9],
  ['', 1, 1],
  ['{"a": 1} x', 1, 10],
])('%s is no config', (text, line, column) => {
  expect(readConfig(text).fault).toMatchObject({ line, column })
})

test('places in objects with odd names, moves and new names', () => {
  const config = parseJson('{"__proto__": {"constructor": [1, 2, 3]}, "b": 1}')
  expect(valueAt(config, '/__proto__/constructor/1')).toBe(2)
  expect(valueAt(config, '/toString')).toBeUndefined()
  expect(exact(withValueAt(config, '/__proto__/constructor/1', 5n))).toBe(
    '{"__proto__":{"constructor":[1,5,3]},"b":1}',
  )
  expect(withItemMoved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
  expect(exact(withFieldRenamed({ a: 1, b: 2 }, 'a', '__proto__'))).toBe('{"__proto__":1,"b":2}')
})

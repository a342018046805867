import { expect, test } from 'vitest'
import { describeConfig, isEqual, rangeOf, short } from './describe'

const schema = {
  $ref: '#/$defs/Config',
  $defs: {
    Config: {
      title: 'Config',
      type: 'object',
      properties: {
        runs: {
          title: 'Runs per pair',
          description: 'Of each model',
          type: 'integer',
          minimum: 1,
          maximum: 9,
          default: 4,
        },
        rate: { type: 'number', exclusiveMinimum: 0, unit: 'Hz' },
        note: { anyOf: [{ title: 'Note', type: 'string' }, { type: 'null' }], default: null },
        pairs: { type: 'array', items: { $ref: '#/$defs/Pair' }, default: [{ a: 'x' }, { a: 'y' }] },
        endpoint: { anyOf: [{ $ref: '#/$defs/Off' }, { $ref: '#/$defs/Net' }], default: { kind: 'off' } },
      },
    },
    Pair: { title: 'Pair', type: 'object', properties: { a: { title: 'Model A', type: 'string' } } },
    Off: { title: 'Offline', type: 'object', properties: { kind: { enum: ['off'] } } },
    Net: {
      title: 'Network',
      type: 'object',
      properties: { kind: { enum: ['net'] }, tries: { title: 'Tries', type: 'integer', default: 5 } },
    },
  },
}

test('titles, hints and defaults come from the schema, through references and unions', () => {
  const config = {
    runs: 4,
    rate: 2,
    note: 'x',
    pairs: [{ a: 'x' }, { a: 'z' }],
    endpoint: { kind: 'net', tries: 5 },
  }
  const [runs, rate, note, pairs, endpoint] = describeConfig(config, schema, null)
  expect(runs).toEqual({
    path: '/runs',
    name: 'runs',
    title: 'Runs per pair',
    hint: 'Of each model · 1 to 9 · default 4',
    unit: null,
    value: 4,
    isDefault: true,
    parts: null,
  })
  expect(rate).toMatchObject({ title: null, hint: 'more than 0', unit: 'Hz', isDefault: null })
  expect(note).toMatchObject({ title: 'Note', isDefault: false, hint: 'default null' })
  expect(pairs?.isDefault).toBe(false)
  expect(pairs?.parts?.map((pair) => pair.isDefault)).toEqual([true, false])
  expect(pairs?.parts?.[1]?.parts?.[0]).toMatchObject({
    path: '/pairs/1/a',
    title: 'Model A',
    isDefault: false,
  })
  expect(endpoint?.title).toBe(null)
  expect(endpoint?.parts?.map((part) => [part.title, part.isDefault])).toEqual([
    [null, false],
    ['Tries', true],
  ])
})

test("the experiment's defaults stand above the schema's", () => {
  const [runs] = describeConfig({ runs: 7 }, schema, { runs: 7 })
  expect(runs).toMatchObject({ isDefault: true, hint: 'Of each model · 1 to 9 · default 7' })
})

test('without a schema there are names and values', () => {
  expect(describeConfig({ 'a/b': { c: 1 } }, null, null)).toMatchObject([
    { path: '/a~1b', title: null, isDefault: null, parts: [{ path: '/a~1b/c', value: 1 }] },
  ])
})

test('a schema that refers to itself ends', () => {
  const endless = { $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/A' } } }
  expect(describeConfig({ a: 1 }, endless, null)).toHaveLength(1)
})

test('equal as JSON', () => {
  expect(isEqual({ a: [1, { b: 2n }], c: null }, { c: null, a: [1, { b: 2n }] })).toBe(true)
  expect(isEqual({ a: 1 }, { b: 1 })).toBe(false)
  expect(isEqual([1, 2], [1])).toBe(false)
  expect(isEqual(null, {})).toBe(false)
})

test('ranges and short values', () => {
  expect([rangeOf({ minimum: 1 }), rangeOf({ exclusiveMinimum: 0, maximum: 1 }), rangeOf({})]).toEqual([
    'at least 1',
    'more than 0, at most 1',
    null,
  ])
  expect(short('x'.repeat(80))).toBe(`${'x'.repeat(59)}…`)
  expect(short({ a: 12345678901234567890n })).toBe('{"a":12345678901234567890}')
})

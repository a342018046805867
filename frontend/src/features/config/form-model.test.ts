import { expect, test } from 'vitest'
import { numberFrom } from './form/number-text'
import {
  branchesOf,
  branchOf,
  branchValue,
  kindOf,
  limitsOf,
  startingValue,
  withRequiredGroups,
} from './form-model'
import { labelOfPlace } from './labels'
import { complete } from './verdict/completing'
import { faultsOf } from './verdict/verdict'

const OPTIMIZERS = {
  oneOf: [{ $ref: '#/$defs/Adam' }, { $ref: '#/$defs/Sgd' }],
  discriminator: { propertyName: 'kind' },
}
const ROOT = {
  type: 'object',
  properties: {
    optimizer: OPTIMIZERS,
    either: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
    group: { $ref: '#/$defs/Group', title: 'A group' },
    layers: { type: 'array', title: 'Layers', items: { $ref: '#/$defs/Group' } },
  },
  required: ['group'],
  $defs: {
    Adam: {
      type: 'object',
      properties: {
        kind: { const: 'adam' },
        rate: { type: 'number', default: 0.1, maximum: 1 },
        beta: { default: 2 },
      },
      required: ['kind'],
    },
    Sgd: { type: 'object', properties: { kind: { const: 'sgd' }, rate: { type: 'number', default: 0.5 } } },
    Group: {
      type: 'object',
      title: 'Group',
      properties: { size: { type: 'integer', default: 7, title: 'Size' } },
      additionalProperties: false,
    },
  },
}

test('what was typed is the number, or stays as it is', () => {
  const typed = [
    '5',
    '-3',
    '5.0',
    '1.',
    'abc',
    '1e3',
    '18446744073709551615',
    '1e999',
    ' 7 ',
    '.5',
    '+4',
    '0x10',
    '',
  ]
  expect(typed.map((text) => numberFrom(text, true))).toEqual([
    ...[5, -3, '5.0', '1.', 'abc', '1e3', 18446744073709551615n, '1e999', 7, '.5', 4, '0x10', ''],
  ])
  expect(typed.map((text) => numberFrom(text, false))).toEqual([
    ...[5, -3, 5, '1.', 'abc', 1000, 18446744073709551615n, '1e999', 7, 0.5, 4, '0x10', ''],
  ])
})

test('a switch of the branch keeps what fits and fills in the rest', () => {
  const held = { kind: 'adam', rate: 0.3, beta: 9, unknown: 1 }
  expect(branchesOf(OPTIMIZERS, ROOT).map((branch) => branch.label)).toEqual(['adam', 'sgd'])
  expect(branchOf(held, OPTIMIZERS, ROOT)).toBe(0)
  expect(branchValue(1, held, OPTIMIZERS, ROOT)).toEqual({ kind: 'sgd', rate: 0.3 })
  expect(branchValue(0, { kind: 'sgd', rate: 5 }, OPTIMIZERS, ROOT)).toEqual({
    kind: 'adam',
    rate: 0.1,
    beta: 2,
  })
  const either = ROOT.properties.either
  expect([branchOf(3, either, ROOT), branchOf('x', either, ROOT), branchOf([], either, ROOT)]).toEqual([
    0, 1, -1,
  ])
  expect([branchValue(1, 3, either, ROOT), branchValue(0, '12', either, ROOT)]).toEqual(['3', 12])
})

test('a new config has its groups, an old one gets nothing', () => {
  expect(withRequiredGroups(complete(ROOT, {}, {}), ROOT, ROOT)).toEqual({ group: { size: 7 } })
  expect(startingValue({ $ref: '#/$defs/Group' }, ROOT)).toEqual({ size: 7 })
  expect(complete(ROOT, { layers: [{}] }, { b: 1 })).toEqual({ b: 1, layers: [{ size: 7 }] })
})

test('places are named as their fields are', () => {
  const config = { layers: [{ size: 1 }], group: {} }
  expect(labelOfPlace('/layers/0/size', config, ROOT)).toBe('Layers › 1 › Size')
  expect(labelOfPlace('/group/other', config, ROOT)).toBe('A group › other')
  expect(labelOfPlace('/optimizer', config, ROOT)).toBe('optimizer')
})

test('limits in words', () => {
  expect(limitsOf({ minimum: 1, maximum: 1e6 })).toBe('1 to 1000000')
  expect(limitsOf({ exclusiveMinimum: 0, multipleOf: 5 })).toBe('more than 0, multiple of 5')
  expect(limitsOf({ minLength: 1, maxLength: 20 })).toBe('1 to 20 characters')
  expect(limitsOf({ maximum: 18446744073709551615n })).toBe('at most 18446744073709551615')
})

test('the control for a schema', () => {
  const kinds = [
    { enum: ['a', null] },
    { const: 1 },
    { type: ['integer', 'null'] },
    { type: ['integer', 'string'] },
    { oneOf: [{ const: 1, title: 'One' }, { const: 2 }] },
    { anyOf: [{ type: 'null' }, { type: 'object' }] },
    {},
    { properties: {} },
    { type: 'null' },
  ].map(kindOf)
  expect(kinds).toEqual([
    ...['choice', 'constant', 'number', 'json', 'choice', 'union', 'json', 'object', 'null'],
  ])
})

test('what only the server can judge is no fault', () => {
  const schema = {
    properties: { a: { pattern: '(?i)x' }, b: { $ref: 'https://example.org/s' }, c: { format: 'regex' } },
  }
  expect(faultsOf(schema, {}, { a: 'y', c: '(' })).toEqual([])
  expect(faultsOf(schema, {}, { b: 1 })).toEqual([])
})

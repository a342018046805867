import { expect, test } from 'vitest'
import { fieldsOf } from './fields'

const schema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 20, title: 'Name', description: 'Of the model' },
    steps: { type: 'integer', minimum: 1, maximum: 9, default: 3 },
    note: { type: ['string', 'null'], default: null },
    mode: { type: 'string', enum: ['fast', 'slow'] },
    pairs: { type: 'array', minItems: 1, items: { $ref: '#/$defs/Pair' } },
    texts: { type: 'array', items: { type: 'string' } },
    optimizer: {
      oneOf: [{ $ref: '#/$defs/Sgd' }, { $ref: '#/$defs/Adam' }],
      default: { kind: 'sgd', rate: 0.5 },
    },
  },
  $defs: {
    Pair: {
      title: 'Pair',
      type: 'object',
      properties: { again: { $ref: '#/$defs/Pair' }, a: { type: 'boolean' } },
    },
    Sgd: {
      title: 'SGD',
      type: 'object',
      properties: { kind: { const: 'sgd' }, rate: { type: 'number', exclusiveMinimum: 0 } },
    },
    Adam: { title: 'Adam', type: 'object', properties: { kind: { const: 'adam' } } },
  },
}

test('each field in a line', () => {
  const lines = fieldsOf(schema, { steps: 7 })
    .filter((field) => !field.path.startsWith('pairs[]'))
    .map((field) => [field.path, field.title, field.type, field.range, field.fallback, field.isRequired])
  expect(lines).toEqual([
    ['name', 'Name', 'text', '1 to 20 characters', null, true],
    ['steps', null, 'integer', '1 to 9', '7', false],
    ['note', null, 'text, optional', null, 'null', false],
    ['mode', null, 'one of fast, slow', null, null, false],
    ['pairs', null, 'list of Pair', 'at least 1 items', null, false],
    ['texts', null, 'list of text', null, null, false],
    ['optimizer', null, 'SGD or Adam', null, '{"kind":"sgd","rate":0.5}', false],
    ['optimizer.rate', null, 'number', 'more than 0', '0.5', false],
  ])
})

test('the fields of a union say whose they are, and have the defaults of none but their own', () => {
  const rate = { type: 'number' }
  const union = {
    type: 'object',
    properties: {
      optimizer: {
        oneOf: [
          { title: 'SGD', properties: { kind: { const: 'sgd' }, rate } },
          { properties: { kind: { enum: ['adam'] }, rate: { ...rate, default: 0.1 } } },
        ],
        default: { kind: 'sgd', rate: 0.5 },
      },
    },
  }
  const lines = fieldsOf(union, null).map((field) => [field.path, field.of, field.fallback])
  expect(lines.slice(1)).toEqual([
    ['optimizer.rate', 'SGD', '0.5'],
    ['optimizer.rate', 'adam', '0.1'],
  ])
})

test('a type that holds itself ends', () => {
  const paths = fieldsOf(schema, null).map((field) => field.path)
  expect(paths).toContain('pairs[].a')
  expect(paths.length).toBeLessThan(40)
})

test('no schema, no fields', () => {
  expect(fieldsOf(null, null)).toEqual([])
})

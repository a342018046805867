/** Rules about a single value: its type, size, text. */
import { fault, type Rule } from './check'
import { FORMATS, isBase64 } from './formats'
import { type JsonMap, type JsonType, same, typeOf } from './json-types'
import { matcher } from './python-patterns'
import { counted, ofFormat, ofPattern, ofType, oneOf, phrase, shown } from './words'

type Amount = number | bigint

export function isOfType(value: unknown, name: unknown): boolean {
  const type = typeOf(value)
  return type === name || (type === 'integer' && name === 'number')
}

const type: Rule = (_walk, names, value) => {
  const allowed = Array.isArray(names) ? names : [names]
  return allowed.some((name) => isOfType(value, name)) ? [] : [fault(ofType(allowed.map(String)))]
}

type Bound = 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum'

function compared(keyword: Bound, fails: (value: Amount, limit: Amount) => boolean): Rule {
  return (_walk, limit, value) =>
    isOfType(value, 'number') && fails(value as Amount, limit as Amount)
      ? [fault(phrase(keyword, { limit: shown(limit) }))]
      : []
}

const multipleOf: Rule = (_walk, factor, value) => {
  if (!isOfType(value, 'number') || isMultiple(value as Amount, factor as Amount)) return []
  return [fault(phrase('multipleOf', { limit: shown(factor) }))]
}

/** Beyond 2^53 it depends on whether the server's factor is a float, which cannot be seen here: both must say no. */
function isMultiple(value: Amount, factor: Amount): boolean {
  const rounded = Number(value) % Number(factor) === 0
  if (typeof value === 'number' && typeof factor === 'number') return rounded
  if (!Number.isInteger(Number(value)) || !Number.isInteger(Number(factor))) return rounded
  return rounded || BigInt(value) % BigInt(factor) === 0n
}

type Counting = 'minLength' | 'maxLength' | 'minItems' | 'maxItems' | 'minProperties' | 'maxProperties'

function sized(keyword: Counting, type: JsonType, fails: (size: number, limit: number) => boolean): Rule {
  return (_walk, limit, value) =>
    typeOf(value) === type && fails(sizeOf(value), Number(limit)) ? [fault(counted(keyword, limit))] : []
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return [...value].length
  return Array.isArray(value) ? value.length : Object.keys(value as JsonMap).length
}

const pattern: Rule = (_walk, wanted, value) => {
  if (typeof value !== 'string' || typeof wanted !== 'string') return []
  const found = matcher(wanted)
  return found === null || found.test(value) ? [] : [fault(ofPattern(wanted))]
}

const format: Rule = (_walk, name, value) => {
  const check = FORMATS.get(String(name))
  return typeof value !== 'string' || check === undefined || check(value)
    ? []
    : [fault(ofFormat(String(name)))]
}

const contentEncoding: Rule = (_walk, name, value) =>
  typeof value === 'string' && name === 'base64' && !isBase64(value) ? [fault(phrase('contentEncoding'))] : []

const enumeration: Rule = (_walk, allowed, value) =>
  (allowed as unknown[]).some((each) => same(each, value)) ? [] : [fault(oneOf(allowed as unknown[]))]

const constant: Rule = (walk, allowed, value, schema) => enumeration(walk, [allowed], value, schema)

export const VALUE_RULES: Record<string, Rule> = {
  type,
  minimum: compared('minimum', (value, limit) => value < limit),
  maximum: compared('maximum', (value, limit) => value > limit),
  exclusiveMinimum: compared('exclusiveMinimum', (value, limit) => value <= limit),
  exclusiveMaximum: compared('exclusiveMaximum', (value, limit) => value >= limit),
  multipleOf,
  minLength: sized('minLength', 'string', (size, limit) => size < limit),
  maxLength: sized('maxLength', 'string', (size, limit) => size > limit),
  minItems: sized('minItems', 'array', (size, limit) => size < limit),
  maxItems: sized('maxItems', 'array', (size, limit) => size > limit),
  minProperties: sized('minProperties', 'object', (size, limit) => size < limit),
  maxProperties: sized('maxProperties', 'object', (size, limit) => size > limit),
  pattern,
  format,
  contentEncoding,
  enum: enumeration,
  const: constant,
}

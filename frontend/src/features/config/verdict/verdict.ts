/**
 * The server's verdict about a config, given by the page: the same faults at the same places in the same words. It
 * interprets the schema (nothing is compiled) in the server's dialect of JSON Schema; what only the server can judge
 * (a reference out of the schema, a pattern that JavaScript cannot say) is no fault here.
 */
import type { FieldError } from '../../../api/types'
import { APPLIED_RULES } from './applied-rules'
import { type Fault, LeftToServer, type Rule, type Walk } from './check'
import { complete } from './completing'
import { CONTAINER_RULES } from './container-rules'
import { isMap, type JsonMap, type Key, type Schema } from './json-types'
import { pointer } from './pointer'
import { TOO_DEEP, unstorable } from './storable'
import { UNION_RULES } from './union-rules'
import { VALUE_RULES } from './value-rules'
import { cleanText, phrase } from './words'

const MAX_FAULTS = 1000

const RULES = new Map<string, Rule>(
  Object.entries({ ...VALUE_RULES, ...CONTAINER_RULES, ...UNION_RULES, ...APPLIED_RULES }),
)

/** Every fault of a config as it will be once its defaults are filled in; `path`: JSON Pointer into the config. */
export function faultsOf(schema: Schema, defaults: JsonMap, config: unknown): FieldError[] {
  return faults(schema, isMap(config) ? complete(schema, defaults, config) : config)
}

/** Every fault of a value that is complete, in the order of the schema. */
export function faults(schema: Schema, value: unknown): FieldError[] {
  const found = unstorable(value, MAX_FAULTS)
  if (!found.some((each) => each.message === TOO_DEEP)) found.push(...misfits(schema, value, found))
  const distinct = [...new Map(found.map((each) => [`${each.path}\n${each.message}`, each])).values()]
  if (distinct.length < MAX_FAULTS) return distinct
  return [
    ...distinct.slice(0, MAX_FAULTS),
    { path: '', message: phrase('many', { limit: String(MAX_FAULTS) }) },
  ]
}

function misfits(schema: Schema, value: unknown, unstorable: FieldError[]): FieldError[] {
  const unreadable = [phrase('nul'), phrase('surrogate')]
  const passedOver = new Set(
    unstorable.filter((each) => unreadable.includes(each.message)).map((each) => each.path),
  )
  const found: FieldError[] = []
  for (const each of walked(schema, value)) {
    const path = cleanText(pointer(each.path))
    if (passedOver.has(path)) continue
    if (each.keyword === 'type') passedOver.add(path)
    found.push({ path, message: each.message })
    if (found.length >= MAX_FAULTS) break
  }
  return found
}

function walked(schema: Schema, value: unknown): Fault[] {
  try {
    return walkOf(schema).descend(value, schema)
  } catch (error) {
    if (error instanceof LeftToServer || error instanceof RangeError) return []
    throw error
  }
}

/** The walk through a schema; its `$ref`s reach inside `root` only. */
export function walkOf(root: Schema): Walk {
  const walk: Walk = {
    root,
    descend(value, schema, key) {
      if (schema === false) return [{ path: [], message: phrase('false'), keyword: null }]
      return isMap(schema) ? descended(walk, value, schema, key) : []
    },
    isValid: (value, schema) => walk.descend(value, schema).length === 0,
  }
  return walk
}

function descended(walk: Walk, value: unknown, schema: Schema, key: Key | undefined): Fault[] {
  const found: Fault[] = []
  for (const [keyword, limit] of Object.entries(schema)) {
    for (const each of RULES.get(keyword)?.(walk, limit, value, schema) ?? []) {
      if (each.keyword === '') each.keyword = keyword
      if (key !== undefined) each.path.unshift(key)
      found.push(each)
    }
  }
  return found
}

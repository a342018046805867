import type { FieldError } from '../../api/types'
import { decided } from './form-model'
import { valueAt } from './places'
import { isMap, own, type Schema } from './verdict/json-types'
import { pointer, pointerKeys } from './verdict/pointer'
import { resolve } from './verdict/schema-reading'

/** Faults in the order in which the form has their fields, from top to bottom. */
export function inFieldOrder(faults: FieldError[], config: unknown, root: Schema): FieldError[] {
  const ranks = new Map(faults.map((each) => [each.path, ranksOf(each.path, config, root)]))
  return [...faults].sort((one, other) => compared(ranks.get(one.path) ?? [], ranks.get(other.path) ?? []))
}

/** For each step on the way to a place, which one it is among those beside it. */
function ranksOf(path: string, config: unknown, root: Schema): number[] {
  const keys = pointerKeys(path)
  let schema = resolve(root, root)
  return keys.map((key, depth) => {
    const value = valueAt(config, pointer(keys.slice(0, depth)))
    schema = decided(value, schema, root)
    const properties = isMap(schema.properties) ? schema.properties : {}
    const names = Object.keys(properties)
    const declared = names.indexOf(key)
    const others = isMap(value) ? Object.keys(value).indexOf(key) : Number(key)
    const inside = own(properties, key) ?? schema.items ?? schema.additionalProperties
    schema = resolve(inside, root)
    return declared >= 0 ? declared : names.length + others
  })
}

function compared(one: number[], other: number[]): number {
  for (const [step, rank] of one.entries()) {
    const against = other[step]
    if (against === undefined) return 1
    if (rank !== against) return rank - against
  }
  return one.length - other.length
}

/** Filling in defaults, as the server does before it checks a config. */
import { has, isMap, type JsonMap, own, type Schema, typeOf } from './json-types'
import { branches, resolve, tagField, taggedBranches, typesOf } from './schema-reading'
import { MAX_DEPTH } from './storable'

/** An object's fields in a given order, whatever their names. */
export function objectOf(fields: Iterable<readonly [string, unknown]>): JsonMap {
  return Object.fromEntries(fields)
}

/**
 * `config` with every absent field that has a default filled in: from `defaults` (whole fields) first, then from the
 * schema, at every depth. The keys given keep their order; what is filled in follows in the schema's order.
 */
export function complete(schema: Schema, defaults: JsonMap, config: JsonMap): JsonMap {
  const given = new Map(Object.entries(config))
  const declared = resolve(schema, schema).properties
  const known = isMap(declared) ? Object.keys(declared) : []
  for (const name of [...known, ...Object.keys(defaults)]) {
    if (!given.has(name) && has(defaults, name)) given.set(name, defaults[name])
  }
  const completed = completedValue(objectOf(given), schema, schema, MAX_DEPTH) as JsonMap
  const order = new Set([
    ...Object.keys(config),
    ...known.filter((name) => has(completed, name)),
    ...Object.keys(completed),
  ])
  return objectOf([...order].map((name) => [name, completed[name]]))
}

/** `value` with what is missing inside it filled in by the schema's defaults. */
export function completedValue(value: unknown, schema: unknown, root: Schema, depth = MAX_DEPTH): unknown {
  if (depth === 0) return value
  if (isMap(value)) return completedObject(value, meant(value, resolve(schema, root), root), root, depth)
  if (Array.isArray(value)) {
    const target = meant(value, resolve(schema, root), root)
    const first = Array.isArray(target.prefixItems) ? target.prefixItems : []
    const rest = has(target, 'items') ? target.items : {}
    return value.map((item, index) =>
      completedValue(item, index < first.length ? first[index] : rest, root, depth - 1),
    )
  }
  return value
}

function completedObject(value: JsonMap, target: Schema, root: Schema, depth: number): JsonMap {
  const properties = new Map<string, unknown>()
  for (const part of [...(Array.isArray(target.allOf) ? target.allOf : []), target]) {
    const declared = resolve(part, root).properties
    if (isMap(declared)) for (const [name, field] of Object.entries(declared)) properties.set(name, field)
  }
  const other = has(target, 'additionalProperties') ? target.additionalProperties : {}
  const completed = new Map<string, unknown>()
  for (const [name, item] of Object.entries(value)) {
    const field = properties.has(name) ? properties.get(name) : other
    completed.set(name, completedValue(item, field, root, depth - 1))
  }
  for (const [name, field] of properties) {
    const declared = resolve(field, root)
    if (!completed.has(name) && has(declared, 'default')) {
      completed.set(name, completedValue(declared.default, field, root, depth - 1))
    }
  }
  return objectOf(completed)
}

/** The branch of a union that `value` is one of, by tag or else by type; any other schema itself. */
export function meant(value: unknown, schema: Schema, root: Schema, depth = 8): Schema {
  const alternatives = branches(schema)
  if (depth === 0 || alternatives.length === 0) return schema
  const name = tagField(schema)
  if (name !== undefined) {
    const tag = isMap(value) ? own(value, name) : undefined
    return taggedBranches(schema, root).find((branch) => branch.tag === tag)?.schema ?? {}
  }
  const fitting = alternatives.filter((branch) => typesOf(branch, root).has(typeOf(value)))
  return fitting.length === 1 ? meant(value, resolve(fitting[0], root), root, depth - 1) : {}
}

/** A config read against its schema: each value with its title, its default and what is known of it. Pure. */
import { formatJson } from '../../api/json'
import type { JsonObject } from '../../api/types'

export interface ConfigNode {
  /** JSON Pointer within the config; the root is "". */
  path: string
  /** The key in its object, or the place in its list. */
  name: string
  /** The schema's title, where it has one. */
  title: string | null
  /** What hovering says: description, range, unit, default. */
  hint: string | null
  unit: string | null
  value: unknown
  /** Null where no default is known. */
  isDefault: boolean | null
  /** The parts of an object or a list; null for a plain value. */
  parts: ConfigNode[] | null
}

type Schema = JsonObject

interface Place {
  path: string
  name: string
  /** Undefined: none is known. */
  fallback: unknown
}

/** `defaults`: the experiment's own, which stand above those in the schema. */
export function describeConfig(
  config: JsonObject,
  schema: Schema | null,
  defaults: JsonObject | null,
): ConfigNode[] {
  const root = schema ?? {}
  return describe(config, root, root, { path: '', name: '', fallback: defaults ?? undefined }).parts ?? []
}

function describe(value: unknown, stated: Schema, root: Schema, place: Place): ConfigNode {
  const schema = resolve(stated, value, root)
  const fallback = place.fallback !== undefined ? place.fallback : (stated.default ?? schema.default)
  return {
    path: place.path,
    name: place.name,
    title: titleOf(stated),
    hint: hintOf({ ...schema, ...stated }, fallback),
    unit: text(stated.unit) ?? text(schema.unit),
    value,
    isDefault: fallback === undefined ? null : isEqual(value, fallback),
    parts: partsOf(value, schema, root, place, fallback),
  }
}

/** The field's own title: that of the type it refers to is no name for it. */
function titleOf(stated: Schema): string | null {
  const alternatives = (list(stated.anyOf) ?? list(stated.oneOf) ?? []).map(object)
  const inline = alternatives.find((each) => each.$ref === undefined && text(each.title) !== null)
  return text(stated.title) ?? text(inline?.title)
}

function partsOf(
  value: unknown,
  schema: Schema,
  root: Schema,
  { path }: Place,
  fallback: unknown,
): ConfigNode[] | null {
  const at = (name: string) => `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  if (Array.isArray(value)) {
    const before = Array.isArray(fallback) ? fallback : []
    return value.map((item, index) =>
      describe(item, object(schema.items), root, {
        path: at(String(index)),
        name: String(index),
        fallback: before[index],
      }),
    )
  }
  if (!isObject(value)) return null
  const properties = object(schema.properties)
  const others = object(schema.additionalProperties)
  const before = object(fallback)
  return Object.entries(value).map(([name, part]) =>
    describe(part, name in properties ? object(properties[name]) : others, root, {
      path: at(name),
      name,
      fallback: before[name],
    }),
  )
}

/** Follows references, and of several alternatives takes the one that fits the value. */
function resolve(schema: Schema, value: unknown, root: Schema, depth = 0): Schema {
  if (depth > 20) return schema
  const reference = text(schema.$ref)
  if (reference !== null) return resolve(followed(reference, root), value, root, depth + 1)
  const alternatives = list(schema.oneOf) ?? list(schema.anyOf)
  if (alternatives === null) return schema
  const resolved = alternatives.map((each) => resolve(object(each), value, root, depth + 1))
  const fitting = resolved.find((each) => fits(each, value)) ?? {}
  return { ...fitting, ...(schema.default !== undefined && { default: schema.default }) }
}

function followed(reference: string, root: Schema): Schema {
  if (!reference.startsWith('#')) return {}
  const steps = reference.slice(1).split('/').filter(Boolean)
  return object(
    steps.reduce<unknown>(
      (found, step) => object(found)[step.replaceAll('~1', '/').replaceAll('~0', '~')],
      root,
    ),
  )
}

/** Whether a value can be of this alternative: by its type, and by fields that allow one value (tags). */
function fits(schema: Schema, value: unknown): boolean {
  if (schema.type !== undefined && ![schema.type].flat().includes(typeOf(value, schema.type))) return false
  if (!isObject(value)) return true
  return Object.entries(object(schema.properties)).every(([name, part]) => {
    const field = object(part)
    const only = field.const !== undefined ? [field.const] : list(field.enum)
    return only === null || only.length > 1 || only.includes(value[name])
  })
}

function typeOf(value: unknown, wanted: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'bigint') return [wanted].flat().includes('integer') ? 'integer' : 'number'
  if (typeof value === 'number')
    return Number.isInteger(value) && [wanted].flat().includes('integer') ? 'integer' : 'number'
  return typeof value
}

function hintOf(schema: Schema, fallback: unknown): string | null {
  const parts = [
    text(schema.description),
    rangeOf(schema),
    fallback === undefined ? null : `default ${short(fallback)}`,
  ].filter((part) => part !== null)
  return parts.length > 0 ? parts.join(' · ') : null
}

/** "1 to 1000", "at least 1", "more than 0, at most 1"; null where there is none. */
export function rangeOf(schema: Schema): string | null {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`
  const low =
    minimum !== undefined
      ? `at least ${minimum}`
      : exclusiveMinimum !== undefined
        ? `more than ${exclusiveMinimum}`
        : null
  const high =
    maximum !== undefined
      ? `at most ${maximum}`
      : exclusiveMaximum !== undefined
        ? `less than ${exclusiveMaximum}`
        : null
  return [low, high].filter((part) => part !== null).join(', ') || null
}

/** A value on one line, cut where it gets long. */
export function short(value: unknown, most = 60): string {
  const written = typeof value === 'string' ? value : formatJson(value)
  return written.length > most ? `${written.slice(0, most - 1)}…` : written
}

/** Equal as JSON: the order of keys does not matter. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, index) => isEqual(each, other[index]))
  if (!isObject(one) || !isObject(other)) return false
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isEqual(one[name], other[name]))
  )
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function object(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

function list(value: unknown): unknown[] | null {
  return Array.isArray(value) ? value : null
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

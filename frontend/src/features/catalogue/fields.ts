/** The fields of an experiment's config, one line each, read from its form schema. Pure. */
import type { JsonObject } from '../../api/types'
import { rangeOf, short } from '../../components/config-tree/describe'

export interface Field {
  /** The way to it: "sampling.top_p", "model_pairs[].model_a". */
  path: string
  title: string | null
  /** The alternative that holds it ("Adam"), where there are several. */
  of: string | null
  /** "integer", "list of text", "one of sgd, adam" */
  type: string
  range: string | null
  /** As JSON, short; null where there is none. */
  fallback: string | null
  isRequired: boolean
  description: string | null
}

const DEEPEST = 6
const TYPES: Record<string, string> = { string: 'text', array: 'list', object: 'group', boolean: 'yes or no' }

/** Every field, the parts of a group after the group. `defaults` are the experiment's own. */
export function fieldsOf(schema: JsonObject | null, defaults: JsonObject | null): Field[] {
  if (schema === null) return []
  return groupFields(resolve(schema, schema), schema, '', defaults ?? {}, 0)
}

function groupFields(
  group: JsonObject,
  root: JsonObject,
  prefix: string,
  defaults: JsonObject,
  depth: number,
): Field[] {
  const required = Array.isArray(group.required) ? group.required : []
  return Object.entries(object(group.properties)).flatMap(([name, stated]) => {
    const own = object(stated)
    const schema = { ...resolve(own, root), ...own }
    const fallback = name in defaults ? defaults[name] : schema.default
    const path = prefix + name
    const field: Field = {
      path,
      of: null,
      title: text(own.title) ?? (own.$ref === undefined ? text(schema.title) : null),
      type: typeOf(schema, root),
      range: rangeOf(schema) ?? lengthOf(schema),
      fallback: fallback === undefined ? null : short(fallback, 48),
      isRequired: required.includes(name),
      description: text(schema.description),
    }
    if (depth >= DEEPEST) return [field]
    return [field, ...partsOf(schema, root, path, object(fallback), depth)]
  })
}

function partsOf(
  schema: JsonObject,
  root: JsonObject,
  path: string,
  defaults: JsonObject,
  depth: number,
): Field[] {
  const alternatives = alternativesOf(schema)
    .map((each) => resolve(object(each), root))
    .filter((each) => each.properties !== undefined)
  if (alternatives.length > 0)
    return alternatives.flatMap((each, place) =>
      groupFields(each, root, `${path}.`, isOfThis(each, defaults) ? defaults : {}, depth + 1)
        .filter((field) => !field.type.startsWith('always'))
        .map((field) =>
          alternatives.length > 1 ? { ...field, of: field.of ?? nameOf(each, place) } : field,
        ),
    )
  if (schema.properties !== undefined) return groupFields(schema, root, `${path}.`, defaults, depth + 1)
  const items = resolve(object(schema.items), root)
  return items.properties === undefined ? [] : groupFields(items, root, `${path}[].`, {}, depth + 1)
}

/** Whether a default value is one of this alternative: its fixed fields say so. */
function isOfThis(alternative: JsonObject, value: JsonObject): boolean {
  return Object.entries(object(alternative.properties)).every(([name, stated]) => {
    const fixed = fixedOf(object(stated))
    return fixed === undefined || value[name] === fixed
  })
}

function nameOf(alternative: JsonObject, place: number): string {
  const fixed = Object.values(object(alternative.properties))
    .map((each) => fixedOf(object(each)))
    .find((each) => each !== undefined)
  return text(alternative.title) ?? (fixed === undefined ? `alternative ${place + 1}` : short(fixed))
}

function fixedOf(schema: JsonObject): unknown {
  if (schema.const !== undefined) return schema.const
  return Array.isArray(schema.enum) && schema.enum.length === 1 ? schema.enum[0] : undefined
}

function typeOf(schema: JsonObject, root: JsonObject): string {
  if (schema.const !== undefined) return `always ${short(schema.const)}`
  if (Array.isArray(schema.enum)) {
    const values = schema.enum.map((value) => short(value, 24))
    return values.length === 1 ? `always ${values[0]}` : `one of ${values.join(', ')}`
  }
  const alternatives = alternativesOf(schema)
  if (alternatives.length > 0) {
    const names = alternatives.map((each) => {
      const resolved = resolve(object(each), root)
      return text(resolved.title) ?? typeOf(resolved, root)
    })
    return [...new Set(names)].join(' or ')
  }
  const types = [schema.type].flat().filter((each): each is string => typeof each === 'string')
  const words = types.filter((each) => each !== 'null').map((each) => TYPES[each] ?? each)
  const optional = types.includes('null') ? ', optional' : ''
  if (words.length === 1 && words[0] === 'list') {
    const items = resolve(object(schema.items), root)
    return `list of ${text(items.title) ?? (items.type ? typeOf(items, root) : 'anything')}${optional}`
  }
  return (words.join(' or ') || 'anything') + optional
}

function lengthOf(schema: JsonObject): string | null {
  const limits: [unknown, unknown, string][] = [
    [schema.minLength, schema.maxLength, 'characters'],
    [schema.minItems, schema.maxItems, 'items'],
  ]
  for (const [minimum, maximum, what] of limits) {
    const range = rangeOf({ minimum, maximum })
    if (range) return `${range} ${what}`
  }
  return null
}

function alternativesOf(schema: JsonObject): unknown[] {
  if (Array.isArray(schema.oneOf)) return schema.oneOf
  return Array.isArray(schema.anyOf) ? schema.anyOf : []
}

function resolve(schema: JsonObject, root: JsonObject, depth = 0): JsonObject {
  const reference = text(schema.$ref)
  if (!reference?.startsWith('#/') || depth > 20) return schema
  const found = reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, step) => object(at)[step.replaceAll('~1', '/').replaceAll('~0', '~')], root)
  return resolve(object(found), root, depth + 1)
}

function object(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** What a schema asks a person for: which control a place gets, its words, its empty value. */

import { completedValue, meant } from './verdict/completing'
import { has, isMap, type JsonMap, own, type Schema, same, typeOf } from './verdict/json-types'
import { branches, resolve, tagField, taggedBranches, typesOf } from './verdict/schema-reading'
import { walkOf } from './verdict/verdict'
import { numberText } from './verdict/words'

export type Kind =
  | 'object'
  | 'list'
  | 'union'
  | 'choice'
  | 'boolean'
  | 'number'
  | 'text'
  | 'constant'
  | 'null'
  | 'json'

export interface Option {
  value: unknown
  label: string
}

/** The control for a value under a schema whose references are resolved. */
export function kindOf(schema: Schema): Kind {
  if (has(schema, 'const')) return 'constant'
  if (optionsOf(schema).length > 0) return 'choice'
  if (branches(schema).length > 0) return 'union'
  const types = typesNamed(schema).filter((name) => name !== 'null')
  if (types.length > 1) return 'json'
  switch (types[0]) {
    case 'object':
      return 'object'
    case 'array':
      return 'list'
    case 'boolean':
      return 'boolean'
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
      return 'text'
    case undefined:
      if (isMap(schema.properties)) return 'object'
      return typesNamed(schema).includes('null') ? 'null' : 'json'
    default:
      return 'json'
  }
}

export function typesNamed(schema: Schema): string[] {
  if (typeof schema.type === 'string') return [schema.type]
  return Array.isArray(schema.type) ? schema.type.map(String) : []
}

export function isNullable(schema: Schema): boolean {
  return typesNamed(schema).includes('null') || (Array.isArray(schema.enum) && schema.enum.includes(null))
}

/** The values to choose from: an enum, or a union of titled constants. Null is said by `isNullable`. */
export function optionsOf(schema: Schema): Option[] {
  if (Array.isArray(schema.enum)) {
    return schema.enum.filter((value) => value !== null).map((value) => ({ value, label: plain(value) }))
  }
  const alternatives = branches(schema)
  if (alternatives.length === 0 || !alternatives.every((each) => isMap(each) && has(each, 'const'))) return []
  return (alternatives as Schema[]).map((each) => ({
    value: each.const,
    label: typeof each.title === 'string' ? each.title : plain(each.const),
  }))
}

/** A value in one line, text bare. */
export function plain(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '""' : value
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(quoted).join(', ')}]`
  if (isMap(value)) {
    return `{${Object.entries(value)
      .map(([name, item]) => `${name}: ${quoted(item)}`)
      .join(', ')}}`
  }
  return value === undefined ? 'not given' : String(value)
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : plain(value)
}

/** "1 to 100", "more than 0", "steps of 5", "at most 20 characters". */
export function limitsOf(schema: Schema): string {
  const parts: string[] = []
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  if (exclusiveMinimum !== undefined) parts.push(`more than ${plain(exclusiveMinimum)}`)
  if (minimum !== undefined && maximum !== undefined) parts.push(`${plain(minimum)} to ${plain(maximum)}`)
  else if (minimum !== undefined) parts.push(`at least ${plain(minimum)}`)
  else if (maximum !== undefined) parts.push(`at most ${plain(maximum)}`)
  if (exclusiveMaximum !== undefined) parts.push(`less than ${plain(exclusiveMaximum)}`)
  if (multipleOf !== undefined) parts.push(`multiple of ${plain(multipleOf)}`)
  parts.push(...sizes(schema, 'minLength', 'maxLength', 'characters'))
  parts.push(...sizes(schema, 'minItems', 'maxItems', 'items'))
  parts.push(...sizes(schema, 'minProperties', 'maxProperties', 'entries'))
  return parts.join(', ')
}

function sizes(schema: Schema, least: string, most: string, unit: string): string[] {
  const [low, high] = [schema[least], schema[most]]
  if (low !== undefined && high !== undefined) {
    return [low === high ? `${plain(low)} ${unit}` : `${plain(low)} to ${plain(high)} ${unit}`]
  }
  if (low !== undefined && Number(low) > 1) return [`at least ${plain(low)} ${unit}`]
  return high === undefined ? [] : [`at most ${plain(high)} ${unit}`]
}

/** The unit that the author gave, if any. */
export function unitOf(schema: Schema): string | undefined {
  const unit = schema.unit ?? schema['x-unit']
  return typeof unit === 'string' ? unit : undefined
}

/** What a new value of a schema starts as: its default, else the emptiest thing of its type. */
export function startingValue(schema: unknown, root: Schema): unknown {
  const target = resolve(schema, root)
  if (has(target, 'default')) return completedValue(target.default, schema, root)
  if (has(target, 'const')) return target.const
  const options = optionsOf(target)
  if (options.length > 0) return isNullable(target) ? null : options[0]?.value
  const [first] = branches(target)
  if (first !== undefined) return branchValue(0, undefined, target, root)
  switch (kindOf(target)) {
    case 'object':
      return withRequiredGroups(completedValue({}, target, root) as JsonMap, target, root)
    case 'list':
      return Array.isArray(target.prefixItems)
        ? target.prefixItems.map((item) => startingValue(item, root))
        : []
    case 'boolean':
      return isNullable(target) ? null : false
    case 'number':
      return isNullable(target) ? null : ''
    case 'text':
      return isNullable(target) ? null : ''
    default:
      return null
  }
}

/** A new config: every default, and the groups that have to be there. */
export function withRequiredGroups(config: JsonMap, schema: unknown, root: Schema, depth = 8): JsonMap {
  const target = resolve(schema, root)
  const properties = isMap(target.properties) ? target.properties : {}
  const required = Array.isArray(target.required) ? target.required.map(String) : []
  const added = new Map(Object.entries(config))
  for (const [name, field] of Object.entries(properties)) {
    const declared = resolve(field, root)
    const held = added.get(name)
    if (
      depth > 0 &&
      kindOf(declared) === 'object' &&
      (isMap(held) || (held === undefined && required.includes(name)))
    ) {
      const group = isMap(held) ? held : (completedValue({}, declared, root) as JsonMap)
      added.set(name, withRequiredGroups(group, declared, root, depth - 1))
    } else if (held === undefined && required.includes(name) && has(declared, 'const')) {
      added.set(name, declared.const)
    }
  }
  return Object.fromEntries(added)
}

export interface Branch {
  label: string
  schema: unknown
  tag?: unknown
}

/** The branches of a union with words for each. */
export function branchesOf(schema: Schema, root: Schema): Branch[] {
  const tagged = tagField(schema) === undefined ? [] : taggedBranches(schema, root)
  if (tagged.length > 0) {
    return tagged.map(({ tag, schema: branch }) => ({ label: plain(tag), schema: branch, tag }))
  }
  return branches(schema).map((branch, index) => {
    const target = resolve(branch, root)
    const title = isMap(branch) && typeof branch.title === 'string' ? branch.title : target.title
    return { label: typeof title === 'string' ? title : typeWords(target, root, index), schema: branch }
  })
}

const TYPE_WORDS: Record<string, string> = {
  null: 'Not set',
  boolean: 'True or false',
  integer: 'Whole number',
  number: 'Number',
  string: 'Text',
  array: 'List',
  object: 'Object',
}

function typeWords(schema: Schema, root: Schema, index: number): string {
  const options = optionsOf(schema)
  if (has(schema, 'const')) return plain(schema.const)
  if (options.length > 0)
    return options.length > 3 ? 'One of a list' : options.map((each) => each.label).join(' | ')
  const types = [...typesOf(schema, root)]
  return types.length > 0 ? types.map((name) => TYPE_WORDS[name] ?? name).join(' or ') : `Form ${index + 1}`
}

/** Which branch a value is; -1 for none. */
export function branchOf(value: unknown, schema: Schema, root: Schema): number {
  const all = branchesOf(schema, root)
  const tag = tagField(schema)
  if (tag !== undefined && all.some((branch) => branch.tag !== undefined)) {
    return isMap(value) ? all.findIndex((branch) => same(branch.tag, own(value, tag))) : -1
  }
  if (value === undefined) return -1
  const walk = walkOf(root)
  const attempts = all.map((branch) => {
    const types = typesOf(branch.schema, root)
    const fits =
      types.size === 0 || types.has(typeOf(value)) || (typeOf(value) === 'integer' && types.has('number'))
    return fits ? walk.descend(value, branch.schema).length : Number.POSITIVE_INFINITY
  })
  const least = Math.min(...attempts)
  return Number.isFinite(least) ? attempts.indexOf(least) : -1
}

/** The value after a switch to another branch: what fits is kept, the rest is as a new one. */
export function branchValue(index: number, held: unknown, schema: Schema, root: Schema): unknown {
  const branch = branchesOf(schema, root)[index]
  if (branch === undefined) return held
  const target = resolve(branch.schema, root)
  const walk = walkOf(root)
  const tag = tagField(schema)
  if (isMap(target.properties) || typesNamed(target).includes('object')) {
    const properties = isMap(target.properties) ? target.properties : {}
    const fields = new Map<string, unknown>()
    for (const [name, field] of Object.entries(properties)) {
      if (name === tag && branch.tag !== undefined) fields.set(name, branch.tag)
      else if (isMap(held) && has(held, name) && walk.isValid(held[name], field)) fields.set(name, held[name])
    }
    const filled = completedValue(Object.fromEntries(fields), target, root) as JsonMap
    const whole = withRequiredGroups(filled, target, root)
    const order = [...Object.keys(properties), ...Object.keys(whole)].filter((name) => has(whole, name))
    return Object.fromEntries(order.map((name) => [name, whole[name]]))
  }
  if (held !== undefined && walk.isValid(held, branch.schema)) return held
  if (typesNamed(target).includes('string') && ['integer', 'number'].includes(typeOf(held)))
    return plain(held)
  if (typeof held === 'string' && walk.isValid(Number(held), branch.schema) && held.trim() !== '')
    return Number(held)
  return startingValue(branch.schema, root)
}

/** The schema of a value whose branch is decided; itself if it is no union. */
export function decided(value: unknown, schema: Schema, root: Schema): Schema {
  return meant(value, schema, root)
}

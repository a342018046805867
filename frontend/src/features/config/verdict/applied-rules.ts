/** Keywords that apply other schemas, as the server's library takes them. */
import { fault, LeftToServer, type Rule, type Walk } from './check'
import { has, isMap, type JsonMap, type Schema } from './json-types'
import { matcher } from './python-patterns'
import { referenced } from './schema-reading'
import { phrase, shown } from './words'

function target(reference: unknown, walk: Walk): unknown {
  const found = typeof reference === 'string' ? referenced(reference, walk.root) : undefined
  if (found === undefined) throw new LeftToServer(String(reference))
  return found
}

const reference: Rule = (walk, name, value) => walk.descend(value, target(name, walk))

const allOf: Rule = (walk, parts, value) => (parts as unknown[]).flatMap((part) => walk.descend(value, part))

const not: Rule = (walk, rule, value) => (walk.isValid(value, rule) ? [fault(phrase('not'))] : [])

const condition: Rule = (walk, rule, value, schema) => {
  const branch = walk.isValid(value, rule) ? 'then' : 'else'
  return has(schema, branch) ? walk.descend(value, schema[branch]) : []
}

const dependentSchemas: Rule = (walk, rules, value) => {
  if (!isMap(value)) return []
  return Object.entries(rules as JsonMap).flatMap(([name, rule]) =>
    has(value, name) ? walk.descend(value, rule) : [],
  )
}

const contains: Rule = (walk, rule, value, schema) => {
  if (!Array.isArray(value)) return []
  const fewest = has(schema, 'minContains') ? Number(schema.minContains) : 1
  const most = has(schema, 'maxContains') ? Number(schema.maxContains) : value.length
  const matches = value.filter((item) => walk.isValid(item, rule)).length
  if (matches > most) return [fault(phrase('maxContains', { limit: shown(schema.maxContains) }))]
  if (matches >= fewest) return []
  return [
    matches === 0
      ? fault(phrase('contains'))
      : fault(phrase('minContains', { limit: shown(schema.minContains) })),
  ]
}

const unevaluatedProperties: Rule = (walk, rule, value, schema) => {
  if (!isMap(value)) return []
  const known = knownNames(walk, value, schema)
  const unknown = Object.keys(value).filter((name) => !known.has(name) && !walk.isValid(value[name], rule))
  return unknown.length > 0 ? [fault(phrase('unevaluatedProperties'))] : []
}

const unevaluatedItems: Rule = (walk, _rule, value, schema) => {
  if (!Array.isArray(value)) return []
  const known = knownPlaces(walk, value, schema)
  return value.some((_, index) => !known.has(index)) ? [fault(phrase('unevaluatedItems'))] : []
}

/** The schemas beside and below that apply to the same value, because it fits them. */
function applied(walk: Walk, value: unknown, schema: Schema): unknown[] {
  const found: unknown[] = []
  if ('$ref' in schema) found.push(target(schema.$ref, walk))
  for (const keyword of ['allOf', 'oneOf', 'anyOf']) {
    const parts = schema[keyword]
    if (Array.isArray(parts)) found.push(...parts.filter((part) => walk.isValid(value, part)))
  }
  if ('if' in schema) {
    const fits = walk.isValid(value, schema.if)
    if (fits) found.push(schema.if)
    const branch = fits ? 'then' : 'else'
    if (branch in schema) found.push(schema[branch])
  }
  return found
}

function knownNames(walk: Walk, value: JsonMap, schema: unknown): Set<string> {
  if (!isMap(schema)) return new Set()
  const found = new Set(Object.keys(value).filter((name) => isKnownBy(walk, name, value[name], schema)))
  const dependent = Object.entries(isMap(schema.dependentSchemas) ? schema.dependentSchemas : {})
  const parts = dependent.filter(([name]) => has(value, name)).map(([, part]) => part)
  for (const part of [...parts, ...applied(walk, value, schema)]) {
    for (const name of knownNames(walk, value, part)) found.add(name)
  }
  return found
}

/** Whether the schema itself, without those that it applies, says something about a field. */
function isKnownBy(walk: Walk, name: string, item: unknown, schema: Schema): boolean {
  if (isMap(schema.properties) && has(schema.properties, name)) return true
  const patterns = Object.keys(isMap(schema.patternProperties) ? schema.patternProperties : {})
  return (
    patterns.some((pattern) => matcher(pattern, 'before-line-feed')?.test(name) ?? true) ||
    ['additionalProperties', 'unevaluatedProperties'].some(
      (keyword) => has(schema, keyword) && walk.isValid(item, schema[keyword]),
    )
  )
}

function knownPlaces(walk: Walk, value: unknown[], schema: unknown): Set<number> {
  if (!isMap(schema)) return new Set()
  if ('items' in schema) return new Set(value.keys())
  const found = new Set<number>(Array.isArray(schema.prefixItems) ? schema.prefixItems.keys() : [])
  for (const keyword of ['contains', 'unevaluatedItems']) {
    if (!(keyword in schema)) continue
    for (const [index, item] of value.entries()) if (walk.isValid(item, schema[keyword])) found.add(index)
  }
  for (const part of applied(walk, value, schema)) {
    for (const index of knownPlaces(walk, value, part)) found.add(index)
  }
  return found
}

export const APPLIED_RULES: Record<string, Rule> = {
  $ref: reference,
  $dynamicRef: reference,
  allOf,
  not,
  if: condition,
  dependentSchemas,
  contains,
  unevaluatedProperties,
  unevaluatedItems,
}

/** Rules about objects and lists, and what they hold. */
import { type Fault, fault, type Rule } from './check'
import { has, isMap, type JsonMap, own, typeOf } from './json-types'
import { matcher } from './python-patterns'
import { counted, numberText, phrase } from './words'

const required: Rule = (_walk, names, value) =>
  isMap(value)
    ? (names as string[]).filter((name) => !has(value, name)).map((name) => fault(phrase('required'), [name]))
    : []

const dependentRequired: Rule = (_walk, dependencies, value) => {
  if (!isMap(value)) return []
  return Object.entries(dependencies as Record<string, string[]>)
    .filter(([name]) => has(value, name))
    .flatMap(([, needed]) => needed.filter((each) => !has(value, each)))
    .map((each) => fault(phrase('dependentRequired'), [each]))
}

const properties: Rule = (walk, rules, value) => {
  if (!isMap(value)) return []
  return Object.entries(rules as JsonMap).flatMap(([name, rule]) => {
    if (!has(value, name)) return []
    return rule === false ? [fault(phrase('false'), [name])] : walk.descend(value[name], rule, name)
  })
}

const additionalProperties: Rule = (walk, rule, value, schema) => {
  if (!isMap(value)) return []
  const known = isMap(schema.properties) ? schema.properties : {}
  const patterns = Object.keys(isMap(schema.patternProperties) ? schema.patternProperties : {})
  return Object.keys(value).flatMap((name) => {
    if (has(known, name) || patterns.some((pattern) => matcher(pattern)?.test(name) ?? true)) return []
    if (rule === false) return [fault(phrase('additionalProperties'), [name])]
    return walk.descend(value[name], rule, name)
  })
}

const patternProperties: Rule = (walk, rules, value) => {
  if (!isMap(value)) return []
  return Object.entries(rules as JsonMap).flatMap(([pattern, rule]) => {
    const found = matcher(pattern, 'before-line-feed')
    return Object.keys(value).flatMap((name) =>
      found?.test(name) ? walk.descend(value[name], rule, name) : ([] as Fault[]),
    )
  })
}

const propertyNames: Rule = (walk, rule, value) => {
  if (!isMap(value)) return []
  return Object.keys(value).flatMap((name) =>
    walk.descend(name, rule).map((each) => fault(phrase('propertyNames', { reason: each.message }), [name])),
  )
}

const items: Rule = (walk, rule, value, schema) => {
  if (!Array.isArray(value)) return []
  const first = Array.isArray(schema.prefixItems) ? schema.prefixItems.length : 0
  if (rule === false) return value.length > first ? [fault(counted('maxItems', first))] : []
  return value.slice(first).flatMap((item, index) => walk.descend(item, rule, first + index))
}

const prefixItems: Rule = (walk, rules, value) => {
  if (!Array.isArray(value)) return []
  return (rules as unknown[])
    .slice(0, value.length)
    .flatMap((rule, index) => walk.descend(value[index], rule, index))
}

const uniqueItems: Rule = (_walk, wanted, value) => {
  if (wanted !== true || !Array.isArray(value)) return []
  return new Set(value.map(canonical)).size < value.length ? [fault(phrase('uniqueItems'))] : []
}

/** The same text for the same value, whatever the order of its keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (isMap(value)) {
    const fields = Object.keys(value).sort()
    return `{${fields.map((name) => `${JSON.stringify(name)}:${canonical(own(value, name))}`).join()}}`
  }
  if (typeOf(value) === 'integer') return String(BigInt(value as number))
  return typeof value === 'number' ? numberText(value) : JSON.stringify(value)
}

export const CONTAINER_RULES: Record<string, Rule> = {
  required,
  dependentRequired,
  properties,
  additionalProperties,
  patternProperties,
  propertyNames,
  items,
  prefixItems,
  uniqueItems,
}

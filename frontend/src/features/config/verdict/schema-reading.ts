/** Reading JSON Schemas: local references and the branches of a union. */
import { has, isMap, type JsonType, own, type Schema, typeOf } from './json-types'

/**
 * `schema` with its local `$ref`s followed; what stands beside a reference is laid over its target. An empty schema
 * for anything that is no object and for a reference that leads nowhere.
 */
export function resolve(schema: unknown, root: Schema): Schema {
  let beside: Schema | undefined
  const seen = new Set<string>()
  let place = schema
  while (isMap(place) && typeof place.$ref === 'string') {
    const { $ref: reference, ...others } = place as Schema & { $ref: string }
    beside = { ...others, ...beside }
    if (seen.has(reference)) return beside
    seen.add(reference)
    place = referenced(reference, root)
  }
  if (!isMap(place)) return beside ?? {}
  return beside && Object.keys(beside).length > 0 ? { ...place, ...beside } : place
}

/** What a local reference leads to; undefined if nothing is there, or if it leads out of the schema. */
export function referenced(reference: string, root: Schema): unknown {
  if (!reference.startsWith('#')) return undefined
  let place: unknown = root
  for (const part of reference.slice(1).split('/').slice(1)) {
    const name = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(place)) place = /^\d+$/.test(name) ? place[Number(name)] : undefined
    else if (isMap(place)) place = own(place, name)
    else return undefined
  }
  return place
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The alternatives of a union: `anyOf` or `oneOf`; none for any other schema. */
export function branches(schema: Schema): unknown[] {
  if (Array.isArray(schema.anyOf)) return schema.anyOf
  return Array.isArray(schema.oneOf) ? schema.oneOf : []
}

/** The name of the field that says which branch of a tagged union a value is. */
export function tagField(schema: Schema): string | undefined {
  const name = isMap(schema.discriminator) ? schema.discriminator.propertyName : undefined
  return typeof name === 'string' ? name : undefined
}

export interface TaggedBranch {
  tag: unknown
  schema: Schema
}

/** The branches of a tagged union by their tag, as the branches themselves declare it. */
export function taggedBranches(schema: Schema, root: Schema): TaggedBranch[] {
  const name = tagField(schema)
  const found: TaggedBranch[] = []
  if (name === undefined) return found
  for (const branch of branches(schema)) {
    const target = resolve(branch, root)
    const declared = isMap(target.properties) ? resolve(own(target.properties, name), root) : {}
    const tags = has(declared, 'const') ? [declared.const] : Array.isArray(declared.enum) ? declared.enum : []
    for (const tag of tags) {
      if (!['string', 'integer', 'boolean'].includes(typeOf(tag))) continue
      const held = found.find((each) => each.tag === tag)
      if (held) held.schema = target
      else found.push({ tag, schema: target })
    }
  }
  return found
}

/** The JSON types a schema says it allows, by `type`, `enum`, `const` or its branches; empty if it says nothing. */
export function typesOf(schema: unknown, root: Schema, depth = 8): Set<string> {
  const target = resolve(schema, root)
  if (tagField(target) !== undefined) return new Set(['object'])
  if (typeof target.type === 'string') return new Set([target.type])
  if (Array.isArray(target.type)) return new Set(target.type.filter((name) => typeof name === 'string'))
  const alternatives = branches(target)
  if (alternatives.length > 0) {
    if (depth === 0) return new Set()
    return new Set(alternatives.flatMap((branch) => [...typesOf(branch, root, depth - 1)]))
  }
  const values = has(target, 'const') ? [target.const] : Array.isArray(target.enum) ? target.enum : []
  return new Set<JsonType>(values.map(typeOf))
}

/** JSON values as the page holds them: whole numbers beyond 2^53 are bigint. */
export type Json = unknown
export type JsonMap = Record<string, unknown>
export type Schema = JsonMap
export type Key = string | number

export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object'

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function has(map: object, name: string): boolean {
  return Object.hasOwn(map, name)
}

/** An own value; never what an object inherits (`constructor`, `toString`). */
export function own(map: JsonMap, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined
}

/**
 * The JSON type of a value as the server will read it: what the page sends of 5.0 is `5`, and of 1e21 is `1e+21`,
 * which is no whole number there.
 */
export function typeOf(value: unknown): JsonType {
  switch (typeof value) {
    case 'boolean':
      return 'boolean'
    case 'bigint':
      return 'integer'
    case 'number':
      return Number.isInteger(value) && Math.abs(value) < 1e21 ? 'integer' : 'number'
    case 'string':
      return 'string'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? 'array' : 'object'
    default:
      return 'null'
  }
}

/** Equal values of equal types; the order of keys does not count. */
export function same(left: unknown, right: unknown): boolean {
  const type = typeOf(left)
  if (type !== typeOf(right)) return false
  if (type === 'array') {
    const [one, other] = [left as unknown[], right as unknown[]]
    return one.length === other.length && one.every((item, index) => same(item, other[index]))
  }
  if (type === 'object') {
    const [one, other] = [left as JsonMap, right as JsonMap]
    const names = Object.keys(one)
    return (
      names.length === Object.keys(other).length &&
      names.every((name) => has(other, name) && same(one[name], other[name]))
    )
  }
  if (type === 'integer') return BigInt(left as number) === BigInt(right as number)
  return left === right || (type === 'null' && right === undefined)
}

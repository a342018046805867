/** What JSON text, the database or the experiment's process cannot hold, whatever the schema says. */
import type { FieldError } from '../../../api/types'
import { isMap, type Key } from './json-types'
import { pointer } from './pointer'
import { cleanText, phrase } from './words'

export const MAX_DEPTH = 64
export const TOO_DEEP = phrase('depth', { limit: String(MAX_DEPTH) })
const LEAST = -(2n ** 63n)
const BEYOND = 2n ** 64n

/** At most `limit` faults, outermost first. */
export function unstorable(config: unknown, limit: number): FieldError[] {
  const found: FieldError[] = []
  const report = (message: string | null, place: Key[]) => {
    if (message !== null && found.length < limit) found.push({ path: cleanText(pointer(place)), message })
  }
  if (!isMap(config) && !Array.isArray(config)) {
    report(unfit(config), [])
    return found
  }
  const waiting: [object, Key[]][] = [[config, []]]
  for (let next = 0; next < waiting.length && found.length < limit; next += 1) {
    const [value, place] = waiting[next] as [object, Key[]]
    if (place.length >= MAX_DEPTH) {
      report(TOO_DEEP, place.slice(0, 3))
      return found
    }
    const entries: [Key, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
    for (const [key, item] of entries) {
      const reason = typeof key === 'string' ? unfitText(key) : null
      if (reason !== null) report(phrase('propertyNames', { reason }), [...place, key])
      if (typeof item === 'object' && item !== null) waiting.push([item, [...place, key]])
      else report(unfit(item), [...place, key])
    }
  }
  return found
}

function unfit(value: unknown): string | null {
  if (typeof value === 'string') return unfitText(value)
  if (typeof value === 'number' && Math.abs(value) >= 2 ** 63) {
    // A whole number below 1e21 is written in digits, and read as a whole number.
    if (!Number.isFinite(value)) return phrase('finite')
    return Math.abs(value) < 1e21 ? unfit(BigInt(value)) : null
  }
  if (typeof value === 'bigint') return value < LEAST || value >= BEYOND ? phrase('bits') : null
  return null
}

function unfitText(text: string): string | null {
  if (text.includes('\0')) return phrase('nul')
  return cleanText(text) === text ? null : phrase('surrogate')
}

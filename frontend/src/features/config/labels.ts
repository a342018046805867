import { decided } from './form-model'
import { valueAt } from './places'
import { isMap, type Key, own, type Schema } from './verdict/json-types'
import { pointerKeys } from './verdict/pointer'
import { resolve } from './verdict/schema-reading'

/** The name of a place as its field has it: the titles on the way, `Layers › 2 › Size`. */
export function labelOfPlace(path: string, config: unknown, root: Schema): string {
  const keys = pointerKeys(path)
  if (keys.length === 0) return 'Config'
  const words: string[] = []
  let schema: Schema = resolve(root, root)
  let place = ''
  for (const key of keys) {
    const value = valueAt(config, place)
    schema = decided(value, schema, root)
    const declared = inside(schema, key)
    const next = resolve(declared, root)
    const title = isMap(declared) && !Array.isArray(value) ? declared.title : undefined
    words.push(typeof title === 'string' && title !== '' ? title : nameOf(key, value))
    schema = next
    place += `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
  }
  return words.join(' › ')
}

function nameOf(key: Key, value: unknown): string {
  return Array.isArray(value) ? String(Number(key) + 1) : String(key)
}

function inside(schema: Schema, key: string): unknown {
  const properties = isMap(schema.properties) ? own(schema.properties, key) : undefined
  if (properties !== undefined) return properties
  const first = Array.isArray(schema.prefixItems) ? schema.prefixItems[Number(key)] : undefined
  return first ?? schema.items ?? schema.additionalProperties
}

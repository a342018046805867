/** Reading and changing a config by JSON Pointer. What is not on the way stays the very same object. */
import { isMap, type JsonMap, own } from './verdict/json-types'
import { pointerKeys } from './verdict/pointer'

/** The value at a place; undefined where there is none. */
export function valueAt(config: unknown, path: string): unknown {
  let place = config
  for (const key of pointerKeys(path)) {
    if (Array.isArray(place)) place = place[Number(key)]
    else if (isMap(place)) place = own(place, key)
    else return undefined
  }
  return place
}

/** `config` with `value` at a place; undefined takes the field (or the item) away. Objects on the way are made. */
export function withValueAt(config: unknown, path: string, value: unknown): unknown {
  return changed(config, pointerKeys(path), value)
}

function changed(place: unknown, keys: string[], value: unknown): unknown {
  const [key, ...rest] = keys
  if (key === undefined) return value
  if (Array.isArray(place)) {
    const index = Number(key)
    const item = changed(place[index], rest, value)
    return item === undefined
      ? place.filter((_, other) => other !== index)
      : [...place.slice(0, index), item, ...place.slice(index + 1)]
  }
  const map = isMap(place) ? place : {}
  const item = changed(own(map, key), rest, value)
  return item === undefined ? withoutField(map, key) : withField(map, key, item)
}

function withField(map: JsonMap, name: string, value: unknown): JsonMap {
  const fields = new Map(Object.entries(map))
  fields.set(name, value)
  return Object.fromEntries(fields)
}

function withoutField(map: JsonMap, name: string): JsonMap {
  return Object.fromEntries(Object.entries(map).filter(([other]) => other !== name))
}

/** `map` with a field of another name at the same place. */
export function withFieldRenamed(map: JsonMap, from: string, to: string): JsonMap {
  return Object.fromEntries(Object.entries(map).map(([name, item]) => [name === from ? to : name, item]))
}

/** `list` with the item at `from` moved to `to`. */
export function withItemMoved<T>(list: readonly T[], from: number, to: number): T[] {
  const others = list.filter((_, index) => index !== from)
  return [...others.slice(0, to), ...list.slice(from, from + 1), ...others.slice(to)]
}

/** Whether `path` is `place` or inside it. */
export function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`)
}

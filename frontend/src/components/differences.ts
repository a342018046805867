/** Where two JSON values differ: leaf by leaf, by JSON Pointer. */
import { formatJson } from '../api/json'
import { idOf, type Path } from './json-tree/tree-model'

export interface Difference {
  path: string
  /** Undefined: not there. */
  before: unknown
  after: unknown
}

export function differences(before: unknown, after: unknown, path: Path = []): Difference[] {
  if (before === after || (before !== undefined && after !== undefined && isSame(before, after))) return []
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return names.flatMap((name) => differences(fieldOf(before, name), fieldOf(after, name), [...path, name]))
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, place) =>
      differences(before[place], after[place], [...path, place]),
    ).flat()
  }
  return [{ path: idOf(path), before, after }]
}

/** `__proto__` may be a field like any other. */
function fieldOf(map: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined
}

function isSame(before: unknown, after: unknown): boolean {
  return formatJson(before) === formatJson(after)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

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
    return names.flatMap((name) => differences(before[name], after[name], [...path, name]))
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, place) =>
      differences(before[place], after[place], [...path, place]),
    ).flat()
  }
  return [{ path: idOf(path), before, after }]
}

function isSame(before: unknown, after: unknown): boolean {
  return formatJson(before) === formatJson(after)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

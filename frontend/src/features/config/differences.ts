/** Where two configs differ, place by place. */
import { isMap, type JsonMap, same } from './verdict/json-types'
import { pointer } from './verdict/pointer'

export interface Difference {
  path: string
  /** Undefined: was not there, or is there no more. */
  before: unknown
  after: unknown
}

export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (same(before, after)) return []
  if (isMap(before) && isMap(after)) {
    return namesOf(before, after).flatMap((name) =>
      differences(fieldOf(before, name), fieldOf(after, name), path + pointer([name])),
    )
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length)
    return Array.from({ length }, (_, index) =>
      differences(before[index], after[index], `${path}/${index}`),
    ).flat()
  }
  return [{ path, before, after }]
}

function namesOf(before: JsonMap, after: JsonMap): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
}

function fieldOf(map: JsonMap, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined
}

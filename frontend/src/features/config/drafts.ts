/** What was entered and not yet saved, kept in this browser until it is submitted or discarded. */
import { formatJson, parseJson } from '../../api/json'
import type { Details } from './details-fields'
import { isMap, type JsonMap } from './verdict/json-types'

export interface Draft {
  details: Details
  config: JsonMap
  /** The JSON view's text, when it is no config (yet). */
  text?: string
  /** The state it started from: if that has changed, the draft says so. */
  base: string
}

const PREFIX = 'athanor.draft.'

export function readDraft(key: string): Draft | null {
  try {
    const draft = parseJson(localStorage.getItem(PREFIX + key) ?? 'null')
    return isDraft(draft) ? draft : null
  } catch {
    return null
  }
}

function isDraft(value: unknown): value is Draft {
  if (!isMap(value) || !isMap(value.details) || !isMap(value.config) || typeof value.base !== 'string')
    return false
  const { name, description, tags } = value.details
  return typeof name === 'string' && typeof description === 'string' && Array.isArray(tags)
}

/** A full or forbidden store loses the draft, and nothing else. */
export function writeDraft(key: string, draft: Draft): void {
  try {
    localStorage.setItem(PREFIX + key, formatJson(draft))
  } catch {
    dropDraft(key)
  }
}

export function dropDraft(key: string): void {
  try {
    localStorage.removeItem(PREFIX + key)
  } catch {
    // A browser that keeps nothing has nothing to drop.
  }
}

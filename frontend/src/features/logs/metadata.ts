/** What an experiment gave along with a line. */
import { formatJson } from '../../api/json'
import type { JsonObject } from '../../api/types'

/** Said elsewhere in the row. */
const SHOWN_OTHERWISE = new Set(['source', 'stream', 'bar', 'continued'])
const PREVIEW_CHARACTERS = 120

/** The metadata, if there is more than what the row shows anyway. */
export function ownMetadata(metadata: JsonObject | null): JsonObject | null {
  if (metadata === null) return null
  for (const name in metadata) if (!SHOWN_OTHERWISE.has(name)) return metadata
  return null
}

/** "step=3 loss=0.25 config={…}", cut where it gets long. */
export function metadataPreview(metadata: JsonObject): string {
  let text = ''
  for (const [name, value] of Object.entries(metadata)) {
    if (SHOWN_OTHERWISE.has(name)) continue
    text += `${text && ' '}${name}=${shortly(value)}`
    if (text.length > PREVIEW_CHARACTERS) return `${text.slice(0, PREVIEW_CHARACTERS)}…`
  }
  return text
}

function shortly(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : '[…]'
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? '{}' : '{…}'
  if (typeof value === 'string') return value.slice(0, PREVIEW_CHARACTERS)
  return formatJson(value)
}

/** JSON as people write it: read with the place of a fault, written with indents. */
import { formatJson, parseJson } from '../../api/json'
import { isMap, type JsonMap } from './verdict/json-types'
import { phrase } from './verdict/words'

export interface TextFault {
  message: string
  /** From 1. */
  line: number
  column: number
}

export type Reading<T> = { value: T; fault?: never } | { value?: never; fault: TextFault }

const TOKENS = /"(?:\\.|[^"\\])*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

export function readJson(text: string): Reading<unknown> {
  try {
    const value = parseJson(text)
    const tooLarge = endlessNumber(text)
    return tooLarge === undefined ? { value } : { fault: faultAt(text, tooLarge, phrase('finite')) }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    const position = /position (\d+)/.exec(said)?.[1]
    const message = said
      .replace(/,? (?:but got .*|at position \d+)$/s, '')
      .replace(/ at position \d+.*$/s, '')
    return { fault: faultAt(text, position === undefined ? text.length : Number(position), message) }
  }
}

/** A whole config: an object. */
export function readConfig(text: string): Reading<JsonMap> {
  const read = readJson(text)
  if (read.fault) return read
  if (isMap(read.value)) return { value: read.value }
  return { fault: faultAt(text, text.search(/\S/), 'A config is an object, { … }') }
}

export function writeJson(value: unknown): string {
  return formatJson(value, 2)
}

function faultAt(text: string, position: number, message: string): TextFault {
  const before = text.slice(0, Math.max(0, position)).split('\n')
  return { message, line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

/** Where a number stands that no float holds. */
function endlessNumber(text: string): number | undefined {
  for (const token of text.matchAll(TOKENS)) {
    if (/[.eE]/.test(token[0]) && !token[0].startsWith('"') && !Number.isFinite(Number(token[0])))
      return token.index
  }
  return undefined
}

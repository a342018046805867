/** What is said about a fault: the server's own table, read from its own file. */
import table from '../../../../../backend/athanor/domain/experiments/words.json'
import { isMap } from './json-types'

const LONGEST_LIST = 20

type Placeholders = Record<string, string>

function filled(template: string, values: Placeholders): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

type SimpleKeyword = {
  [Keyword in keyof typeof table]: (typeof table)[Keyword] extends string ? Keyword : never
}[keyof typeof table]
type CountedKeyword = {
  [Keyword in keyof typeof table]: (typeof table)[Keyword] extends { one: string } ? Keyword : never
}[keyof typeof table]

/** The phrase of a keyword with one form, its placeholders filled in. */
export function phrase(keyword: SimpleKeyword, values: Placeholders = {}): string {
  return filled(table[keyword], values)
}

/** The phrase of a keyword that counts something. */
export function counted(keyword: CountedKeyword, limit: unknown): string {
  return filled(table[keyword][Number(limit) === 1 ? 'one' : 'other'], { limit: shown(limit) })
}

/** The phrase for a value of none of the JSON types `types`. */
export function ofType(types: readonly string[]): string {
  const phrases: Record<string, string> = table.type
  const [only] = types
  if (types.length === 1 && only !== undefined && Object.hasOwn(phrases, only)) return phrases[only] as string
  const articles: Record<string, string> = table.typeNames
  return filled(table.type.several, {
    types: either(types.map((name) => (Object.hasOwn(articles, name) ? (articles[name] as string) : name))),
  })
}

export function ofFormat(name: string): string {
  const phrases: Record<string, string> = table.format
  return Object.hasOwn(phrases, name)
    ? (phrases[name] as string)
    : phrase('other', { rule: `format ${name}` })
}

export function ofPattern(pattern: string): string {
  const phrases: Record<string, string> = table.patterns
  return Object.hasOwn(phrases, pattern) ? (phrases[pattern] as string) : phrase('pattern', { pattern })
}

/** The phrase for a value that is none of `values`. */
export function oneOf(values: readonly unknown[]): string {
  if (values.length === 1) return phrase('const', { value: shown(values[0]) })
  const listed = values.slice(0, LONGEST_LIST).map(shown).join(', ')
  const more = values.length - LONGEST_LIST
  return phrase('enum', { values: more > 0 ? `${listed} and ${more} more` : listed })
}

/** A limit or an allowed value as people write it: text bare, the rest as JSON. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '""' : cleanText(value)
  return cleanText(dumped(value))
}

/** JSON with the spaces that the server puts. */
function dumped(value: unknown): string {
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(dumped).join(', ')}]`
  if (isMap(value)) {
    const fields = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${dumped(item)}`)
    return `{${fields.join(', ')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

/** As Python writes a number: an exponent below 1e-4 and from 1e16, with two digits. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
  const size = Math.abs(value)
  if (Number.isSafeInteger(value)) return String(value)
  if (size >= 1e16 || (size > 0 && size < 1e-4)) {
    const [digits, exponent = '0'] = value.toExponential().split('e')
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

/** NUL made visible, lone surrogates escaped. */
export function cleanText(text: string): string {
  return text
    .replaceAll('\0', '\u2400')
    .replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`)
}

/** `a`, `a or b`, `a, b or c`. */
function either(names: readonly string[]): string {
  if (names.length === 0) return 'nothing'
  return names.length === 1 ? String(names[0]) : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

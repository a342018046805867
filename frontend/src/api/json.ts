import { isInteger, parse, stringify } from 'lossless-json'

/** A whole number of 16 digits or more, outside or inside a text: only then can JSON.parse round one. */
const LONG_INTEGER = /(?:^|[\s:,[])-?\d{16,}(?![\d.eE])/

/**
 * JSON as the server means it: whole numbers beyond 2^53 become bigint, which JSON.parse would round; every other
 * number is a number. Throws SyntaxError with the position ("at position 12") for what is no JSON.
 */
export function parseJson(text: string): unknown {
  if (!LONG_INTEGER.test(text)) {
    try {
      return JSON.parse(text)
    } catch {
      // Each browser has other words for what is wrong: the library below has the same in all of them.
    }
  }
  return parse(text, undefined, (digits) => {
    const number = Number(digits)
    return isInteger(digits) && !Number.isSafeInteger(number) ? BigInt(digits) : number
  })
}

/** `parseJson` the other way round; `indent` in spaces. "null" where there is no JSON, as for undefined. */
export function formatJson(value: unknown, indent?: number): string {
  return stringify(value, undefined, indent) ?? 'null'
}

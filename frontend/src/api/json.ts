import { isInteger, parse, stringify } from 'lossless-json'

/**
 * JSON as the server means it: whole numbers beyond 2^53 become bigint, which JSON.parse would round; every other
 * number is a number.
 */
export function parseJson(text: string): unknown {
  return parse(text, undefined, (digits) => {
    const number = Number(digits)
    return isInteger(digits) && !Number.isSafeInteger(number) ? BigInt(digits) : number
  })
}

/** `parseJson` the other way round; `indent` in spaces. Undefined, as JSON.stringify, where there is no JSON. */
export function formatJson(value: unknown, indent?: number): string {
  return stringify(value, undefined, indent) ?? 'null'
}

const WHOLE = /^[+-]?\d+$/
const DECIMAL = /^[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?$/

/**
 * The number that a text means; the text itself where it means none, so that it is kept and named as a fault. Whole
 * numbers are exact at any size; `isWhole`: 5.0 is none of them.
 */
export function numberFrom(typed: string, isWhole: boolean): number | bigint | string {
  const text = typed.trim()
  if (WHOLE.test(text)) {
    const exact = BigInt(text.replace(/^\+/, ''))
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact
  }
  if (isWhole || !DECIMAL.test(text)) return typed
  const number = Number(text)
  return Number.isFinite(number) ? number : typed
}

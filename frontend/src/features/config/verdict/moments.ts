/** Dates, times and durations as the experiment's process reads them. */

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const TIME = /^(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([zZ]|[+-]\d{2}:?\d{2})?$/
const DURATION =
  /^([+-])?p(?:(\d+(?:\.\d+)?)d)?(?:(t)(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?)?$/i

const MOST_MICROSECONDS = (999_999_999n * 86_400n + 86_399n) * 1_000_000n + 999_999n
const FEWEST_MICROSECONDS = -999_999_999n * 86_400n * 1_000_000n

/** Whether an offset to UTC has to be there, must not be, or may be. */
export type Offset = 'required' | 'forbidden' | 'optional'

export function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text)?.map(Number) ?? []
  if (!year || !month || !day) return false
  return month <= 12 && day <= daysIn(year, month)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

export function isTime(text: string, offset: Offset): boolean {
  const found = TIME.exec(text)
  if (!found) return false
  const [, hours, minutes, seconds, , zone] = found
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return false
  if (zone === undefined) return offset !== 'required'
  if (offset === 'forbidden') return false
  return /^z$/i.test(zone) || (Number(zone.slice(1, 3)) <= 23 && Number(zone.slice(-2)) <= 59)
}

export function isDateTime(text: string, offset: Offset): boolean {
  const [date, time] = [text.slice(0, 10), text.slice(11)]
  if (!isDate(date) || !/[tT ]/.test(text.charAt(10)) || !isTime(time, offset)) return false
  // Rounded to microseconds it would lie beyond the last year.
  return !(date === '9999-12-31' && /^23:59:59\.999999[5-9]/.test(time))
}

export function isDuration(text: string): boolean {
  const found = DURATION.exec(text)
  if (!found) return false
  const [, sign, days, t, hours, minutes, seconds] = found
  const parts = [days, hours, minutes, seconds].filter((part) => part !== undefined)
  if (parts.length === 0 || (t && parts.length === (days === undefined ? 0 : 1))) return false
  if (parts.slice(0, -1).some((part) => part.includes('.'))) return false
  const total =
    microseconds(days, 86_400n) +
    microseconds(hours, 3_600n) +
    microseconds(minutes, 60n) +
    microseconds(seconds, 1n)
  return sign === '-' ? -total >= FEWEST_MICROSECONDS : total <= MOST_MICROSECONDS
}

function microseconds(amount: string | undefined, seconds: bigint): bigint {
  if (amount === undefined) return 0n
  const [whole = '0', fraction = ''] = amount.split('.')
  const scaled = (BigInt(whole) * 10n ** 9n + BigInt(fraction.slice(0, 9).padEnd(9, '0'))) * seconds
  return (scaled + 500n) / 1_000n
}

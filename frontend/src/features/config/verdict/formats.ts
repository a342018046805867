/** Formats of text, with the verdicts of the decoder that the experiment's process uses. */
import { isEmail, isIpv4, isIpv6, isUri } from './addresses'
import { isDate, isDateTime, isDuration, isTime } from './moments'

const UUID = /^([0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{32})$/
const DECIMAL = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$/
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** What is missing here (`regex`: a Python one) only the server can judge. */
export const FORMATS = new Map<string, (text: string) => boolean>([
  ['date-time', (text) => isDateTime(text, 'required')],
  ['local-date-time', (text) => isDateTime(text, 'forbidden')],
  ['any-date-time', (text) => isDateTime(text, 'optional')],
  ['date', isDate],
  ['time', (text) => isTime(text, 'required')],
  ['partial-time', (text) => isTime(text, 'forbidden')],
  ['any-time', (text) => isTime(text, 'optional')],
  ['duration', isDuration],
  ['uuid', (text) => UUID.test(text)],
  ['decimal', (text) => DECIMAL.test(text)],
  ['uri', isUri],
  ['email', isEmail],
  ['ipv4', isIpv4],
  ['ipv6', isIpv6],
])

export function isBase64(text: string): boolean {
  return BASE64.test(text)
}

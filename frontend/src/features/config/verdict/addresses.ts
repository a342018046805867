/** Addresses as Python's standard library reads them. */
import { PYTHON_SPACE } from './python-patterns'

const IPV4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/
const SPACE = new RegExp(`[${PYTHON_SPACE}]`, 'u')
const EMAIL = new RegExp(`^[^@${PYTHON_SPACE}]+@[^@${PYTHON_SPACE}.]+(\\.[^@${PYTHON_SPACE}.]+)*$`, 'u')

export function isIpv4(text: string): boolean {
  const [, ...octets] = IPV4.exec(text) ?? []
  return octets.length === 4 && octets.every((octet) => Number(octet) <= 255)
}

export function isIpv6(text: string): boolean {
  const [address = '', scope, ...more] = text.split('%')
  if (more.length > 0 || scope === '' || text.includes('/')) return false
  let groups = address.split(':')
  if (groups.length < 3) return false
  const last = groups.at(-1) ?? ''
  if (last.includes('.')) {
    if (!isIpv4(last)) return false
    groups = [...groups.slice(0, -1), '0', '0']
  }
  if (groups.length > 9) return false
  const inner = groups.slice(1, -1)
  const gaps = inner.filter((group) => group === '').length
  if (gaps > 1) return false
  const [first] = groups
  const end = groups.at(-1)
  if (gaps === 0) return groups.length === 8 && groups.every(isHextet)
  if (first === '' && inner[0] !== '') return false
  if (end === '' && inner.at(-1) !== '') return false
  const written = groups.filter((group) => group !== '')
  return written.length < 8 && written.every(isHextet)
}

function isHextet(group: string): boolean {
  return /^[0-9a-fA-F]{1,4}$/.test(group)
}

export function isEmail(text: string): boolean {
  return EMAIL.test(text)
}

/** With a scheme and something behind it, and without a space. */
export function isUri(text: string): boolean {
  if (SPACE.test(text)) return false
  const found = /^([a-zA-Z][a-zA-Z0-9+.-]*):([^#?]*)/.exec(withoutControls(text))
  if (!found) return false
  const behind = found[2] ?? ''
  if (!behind.startsWith('//')) return behind !== ''
  const [host = ''] = behind.slice(2).split('/', 1)
  if (host.includes('[') !== host.includes(']')) return false
  if (host.includes('[') && !isBracketed(host)) return false
  if (!isPlainHost(host)) return false
  return behind.length > 2
}

function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what the standard says is passed over
  return text.replace(/^[\x00-\x20]+/, '')
}

function isBracketed(host: string): boolean {
  const inside = /^(?:[^@]*@)?\[([^\]]*)\](?::.*)?$/.exec(host)?.[1]
  return inside !== undefined && (isIpv6(inside) || /^v[0-9a-fA-F]+\..+$/.test(inside))
}

/** Without characters that turn into `/?#@:` when the host is normalised. */
function isPlainHost(host: string): boolean {
  const plain = host.replace(/[@:#?]/g, '')
  const normalised = plain.normalize('NFKC')
  return normalised === plain || !/[/?#@:]/.test(normalised)
}

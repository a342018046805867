import type { Key } from './json-types'

/** The JSON Pointer (RFC 6901) of the place reached by `keys`; empty without keys. */
export function pointer(keys: readonly Key[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** The keys of a JSON Pointer, as text. */
export function pointerKeys(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

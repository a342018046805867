/**
 * What is in the address after `?`: the same form as the REST API's queries (`?status=failed&status=running&q=coin`),
 * text only; each route's `validateSearch` makes of it what the page needs.
 */
export type RawSearch = Record<string, string | string[] | undefined>

export function parseSearch(text: string): RawSearch {
  const found: RawSearch = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const held = found[name]
    found[name] = held === undefined ? value : [...(Array.isArray(held) ? held : [held]), value]
  }
  return found
}

export function stringifySearch(search: object): string {
  const out = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && each !== '') out.append(name, String(each))
    }
  }
  const text = out.toString()
  return text && `?${text}`
}

/** One text, or undefined. */
export function one(value: unknown): string | undefined {
  const first = Array.isArray(value) ? value[0] : value
  return first === undefined || first === '' ? undefined : String(first)
}

/** All texts, or undefined when there is none. */
export function many(value: unknown): string[] | undefined {
  if (value === undefined || value === '') return undefined
  return (Array.isArray(value) ? value : [value]).map(String)
}

/** `value` if it is one of `allowed`. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  const text = one(value)
  return allowed.find((each) => each === text)
}

/** A whole number from 0, or undefined. */
export function whole(value: unknown): number | undefined {
  const text = one(value)
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** `?name=true`, or undefined. */
export function flag(value: unknown): true | undefined {
  return one(value) === 'true' ? true : undefined
}

/** Without what is not set, so that the address holds no empty names. */
export function present<T extends object>(search: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(
    Object.entries(search).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  ) as { [Name in keyof T]?: Exclude<T[Name], undefined> }
}

/** A change of what is in the address: what is undefined or empty leaves it. */
export type SearchChange<T extends object> = { [Name in keyof T]?: T[Name] | undefined }

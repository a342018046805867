/** The walk through a schema: each keyword's rule, in the order in which the schema has them. */
import type { Key, Schema } from './json-types'

export interface Fault {
  /** From the value that the rule is about. */
  path: Key[]
  message: string
  /** The keyword that found it; null where the schema is `false`. */
  keyword: string | null
}

/** A schema says something that only the server can judge. */
export class LeftToServer extends Error {}

export interface Walk {
  root: Schema
  /** The faults of `value`; those of a `false` schema have no place of their own. */
  descend(value: unknown, schema: unknown, key?: Key): Fault[]
  isValid(value: unknown, schema: unknown): boolean
}

export type Rule = (walk: Walk, limit: unknown, value: unknown, schema: Schema) => Fault[]

export function fault(message: string, path: Key[] = [], keyword?: string): Fault {
  return { path, message, keyword: keyword ?? '' }
}

/** `anyOf` and `oneOf`: the faults of the branch that the value means. */
import { type Fault, fault, type Rule, type Walk } from './check'
import { has, isMap, type Schema, same, typeOf } from './json-types'
import { tagField, taggedBranches, typesOf } from './schema-reading'
import { ofType, oneOf as oneOfWords, phrase } from './words'

/** By its tag, by its type, else the branch with the fewest faults. */
const anyOf: Rule = (walk, given, value, schema) => {
  const name = tagField(schema)
  const tagged = taggedBranches(schema, walk.root)
  if (name !== undefined && tagged.length > 0) {
    if (!isMap(value)) return [fault(ofType(['object']), [], 'type')]
    if (!has(value, name)) return [fault(phrase('required'), [name], 'required')]
    const branch = tagged.find((each) => same(each.tag, value[name]))
    if (branch) return walk.descend(value, branch.schema)
    return [fault(oneOfWords(tagged.map((each) => each.tag)), [name], 'enum')]
  }
  let options = given as unknown[]
  const type = typeOf(value)
  const exact = options.filter((option) => typesOf(option, walk.root).has(type))
  if ((type === 'integer' || type === 'boolean') && exact.length > 0) options = exact
  const attempts: Fault[][] = []
  for (const option of options) {
    const faults = walk.descend(value, option)
    if (faults.length === 0) return []
    attempts.push(faults)
  }
  return nearest(walk, options, attempts)
}

function nearest(walk: Walk, options: unknown[], attempts: Fault[][]): Fault[] {
  const ofKind = attempts.filter(
    (faults) => !faults.some((each) => each.keyword === 'type' && each.path.length === 0),
  )
  if (ofKind.length > 0)
    return ofKind.reduce((least, faults) => (faults.length < least.length ? faults : least))
  const named = options.filter((option) => !isNullOnly(typesOf(option, walk.root)))
  if (named.length === 1) return attempts[options.indexOf(named[0])] ?? []
  const kinds = options.flatMap((option) => {
    const types = [...typesOf(option, walk.root)].sort()
    return types.length > 0 ? types : ['object']
  })
  return [fault(ofType([...new Set(kinds)]), [], 'type')]
}

function isNullOnly(types: Set<string>): boolean {
  return types.size === 1 && types.has('null')
}

const oneOf: Rule = (walk, options, value, schema: Schema) => {
  const faults = anyOf(walk, options, value, schema)
  if (faults.length > 0 || tagField(schema) !== undefined) return faults
  const fitting = (options as unknown[]).filter((option) => walk.isValid(value, option))
  return fitting.length > 1 ? [fault(phrase('oneOf'))] : []
}

export const UNION_RULES: Record<string, Rule> = { anyOf, oneOf }

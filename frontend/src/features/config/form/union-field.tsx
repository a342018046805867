import { useRef } from 'react'
import { branchesOf, branchOf, branchValue, isNullable, kindOf, typesNamed } from '../form-model'
import { isMap, type Schema } from '../verdict/json-types'
import { resolve, tagField } from '../verdict/schema-reading'
import { ChoiceControl } from './choice-control'
import { ConfigField } from './config-field'
import classes from './form.module.css'
import { type PlaceProps, useFormParts, useValue } from './form-context'
import { JsonField } from './json-field'
import { ObjectFields } from './object-field'

/** One of several forms: which one, and then its own fields. */
export function UnionField(props: PlaceProps) {
  const { path, schema, label } = props
  const { state, root } = useFormParts()
  const value = useValue(path)
  const left = useRef(new Map<number, unknown>())
  const picked = useRef<number | null>(null)
  const all = branchesOf(schema, root)
  const found = branchOf(value, schema, root)
  const current =
    picked.current !== null && fitsKind(value, all[picked.current]?.schema, root) ? picked.current : found
  const choose = (chosen: string) => {
    const index = Number(chosen)
    if (index === current) return
    if (current >= 0) left.current.set(current, value)
    picked.current = tagField(schema) === undefined ? index : null
    const before = left.current.get(index)
    state.set(path, before ?? branchValue(index, value, schema, root))
    state.touch(path)
  }
  const data = all.map((branch, index) => ({ value: String(index), label: branch.label }))
  const selected = current >= 0 ? String(current) : ''
  const isForeign = current < 0 && value !== undefined
  return (
    <div className={classes.union}>
      <ChoiceControl {...props} choices={data} chosen={selected} onChoose={choose} />
      {isForeign ? (
        <JsonField {...props} label={`${label} as JSON`} isItem />
      ) : (
        current >= 0 && <BranchFields {...props} branch={all[current]?.schema} tag={tagField(schema)} />
      )}
    </div>
  )
}

/** What the chosen branch asks for, without a second title around it. */
function BranchFields(props: PlaceProps & { branch: unknown; tag: string | undefined }) {
  const { path, branch, tag, label } = props
  const { root } = useFormParts()
  const value = useValue(path)
  const target = resolve(branch, root)
  const kind = kindOf(target)
  if (kind === 'null' || kind === 'constant') return null
  if (kind === 'object' && isMap(value)) {
    return (
      <div className={classes.branch}>
        <ObjectFields {...props} schema={target} value={value} {...(tag !== undefined && { hidden: tag })} />
      </div>
    )
  }
  const { title: _, description: __, ...plain } = target
  return (
    <div className={classes.branch}>
      <ConfigField path={path} schema={plain} name={`${label} value`} isRequired isItem />
    </div>
  )
}

/** Whether a value is of the kind that a branch draws, so that what is being typed does not change the branch. */
function fitsKind(value: unknown, schema: unknown, root: Schema): boolean {
  const target = resolve(schema, root)
  switch (kindOf(target)) {
    case 'object':
      return isMap(value)
    case 'list':
      return Array.isArray(value)
    case 'null':
      return value === null
    case 'boolean':
      return typeof value === 'boolean'
    case 'number':
      return ['number', 'bigint', 'string'].includes(typeof value) || (value === null && isNullable(target))
    case 'text':
      return typeof value === 'string' || (value === null && typesNamed(target).includes('null'))
    default:
      return true
  }
}

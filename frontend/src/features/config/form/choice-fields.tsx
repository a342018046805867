import { isNullable, type Option, optionsOf, plain } from '../form-model'
import { same } from '../verdict/json-types'
import { ChoiceControl } from './choice-control'
import { FieldRow } from './field-row'
import classes from './form.module.css'
import { type PlaceProps, useFormParts, useValue } from './form-context'
import { JsonField } from './json-field'

const UNSET = 'unset'

/** One of a few values side by side, or one of many in a list. A value that is none of them is shown as it is. */
export function ChoiceField(props: PlaceProps) {
  return <Choice {...props} options={optionsOf(props.schema)} />
}

export function BooleanField(props: PlaceProps) {
  const value = useValue(props.path)
  if (value !== undefined && value !== null && typeof value !== 'boolean') return <JsonField {...props} />
  return <Choice {...props} options={BOOLEANS} />
}

const BOOLEANS: Option[] = [
  { value: true, label: 'true' },
  { value: false, label: 'false' },
]

function Choice({ options, ...props }: PlaceProps & { options: Option[] }) {
  const { path, schema } = props
  const { state } = useFormParts()
  const value = useValue(path)
  const known = options.findIndex((option) => same(option.value, value))
  const isForeign = known < 0 && value !== undefined && value !== null
  const data = [
    ...(isNullable(schema) ? [{ value: UNSET, label: 'Not set' }] : []),
    ...options.map((option, index) => ({ value: String(index), label: option.label })),
    ...(isForeign ? [{ value: 'foreign', label: plain(value) }] : []),
  ]
  const selected = isForeign
    ? 'foreign'
    : known >= 0
      ? String(known)
      : value === null && isNullable(schema)
        ? UNSET
        : ''
  const choose = (chosen: string) => {
    if (chosen === 'foreign') return
    state.set(path, chosen === UNSET ? null : options[Number(chosen)]?.value)
    state.touch(path)
  }
  return <ChoiceControl {...props} choices={data} chosen={selected} onChoose={choose} />
}

/** What can only be one value. */
export function ConstantField(props: PlaceProps) {
  const { path, schema } = props
  const { state } = useFormParts()
  const value = useValue(path)
  if (value !== undefined && !same(value, schema.const)) {
    return <Choice {...props} options={[{ value: schema.const, label: plain(schema.const) }]} />
  }
  return (
    <FieldRow {...props} isGroup>
      {value === undefined && props.isRequired ? (
        <button type="button" className={classes.plainButton} onClick={() => state.set(path, schema.const)}>
          Set to {plain(schema.const)}
        </button>
      ) : (
        <span className={classes.constant}>{plain(schema.const)}</span>
      )}
    </FieldRow>
  )
}

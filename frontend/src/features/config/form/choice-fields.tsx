import { SegmentedControl, Select } from '@mantine/core'
import { isNullable, type Option, optionsOf, plain } from '../form-model'
import { same } from '../verdict/json-types'
import { FieldRow } from './field-row'
import classes from './form.module.css'
import { controlProps, fieldId, type PlaceProps, useFaults, useFormParts, useValue } from './form-context'
import { JsonField } from './json-field'

const FEW = 4
const FEW_LETTERS = 34
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
  const { path, schema, label } = props
  const { state } = useFormParts()
  const value = useValue(path)
  const faults = useFaults(path)
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
  const choose = (chosen: string | null) => {
    if (chosen === null || chosen === 'foreign') return
    state.set(path, chosen === UNSET ? null : options[Number(chosen)]?.value)
    state.touch(path)
  }
  const letters = data.reduce((sum, option) => sum + option.label.length + 2, 0)
  if (data.length <= FEW && letters <= FEW_LETTERS) {
    return (
      <FieldRow {...props} isGroup>
        <SegmentedControl
          id={fieldId(path)}
          role="radiogroup"
          aria-label={label}
          className={classes.segments}
          data={data}
          value={selected}
          onChange={choose}
          data-invalid={faults.length > 0 || undefined}
        />
      </FieldRow>
    )
  }
  return (
    <FieldRow {...props}>
      <Select
        {...controlProps(path, faults.length > 0)}
        data={data}
        value={selected === '' ? null : selected}
        placeholder="Choose one"
        searchable={data.length > 8}
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
        onChange={choose}
        onBlur={() => state.touch(path)}
      />
    </FieldRow>
  )
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

import { Input } from '@mantine/core'
import { formatJson } from '../../../api/json'
import { isNullable, typesNamed, unitOf } from '../form-model'
import { typeOf } from '../verdict/json-types'
import { numberText } from '../verdict/words'
import { FieldRow } from './field-row'
import classes from './form.module.css'
import { controlProps, type PlaceProps, useFaults, useFormParts, useValue } from './form-context'
import { numberFrom } from './number-text'
import { NotSet } from './text-field'

/** A number as it is typed: nothing is clamped, rounded or written anew; what is no number stays, as a fault. */
export function NumberField(props: PlaceProps) {
  const { path, schema, isItem } = props
  const { state } = useFormParts()
  const value = useValue(path)
  const faults = useFaults(path)
  const isWhole = !typesNamed(schema).includes('number')
  const text = state.typed(path)?.text ?? textOf(value)
  const change = (typed: string) => {
    const empty = isNullable(schema) ? null : isItem ? '' : undefined
    const next = typed.trim() === '' ? empty : numberFrom(typed, isWhole)
    state.set(path, next, { text: typed, value: next })
  }
  const unit = unitOf(schema)
  return (
    <FieldRow {...props} actions={<NotSet {...props} />}>
      <Input
        {...controlProps(path, faults.length > 0)}
        className={classes.number}
        value={text}
        inputMode={isWhole && !allowsNegative(schema) ? 'numeric' : isWhole ? 'text' : 'decimal'}
        placeholder={value === null ? 'Not set' : ''}
        spellCheck={false}
        autoComplete="off"
        rightSection={unit && <span className={classes.unit}>{unit}</span>}
        rightSectionWidth={unit ? 'auto' : undefined}
        onChange={(event) => change(event.currentTarget.value)}
        onBlur={() => state.touch(path)}
      />
    </FieldRow>
  )
}

/** Keyboards for digits have no minus sign. */
function allowsNegative(schema: PlaceProps['schema']): boolean {
  const least = schema.minimum ?? schema.exclusiveMinimum
  return !(typeof least === 'number' && least >= 0)
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  return typeOf(value) === 'number' ? numberText(value as number) : formatJson(value)
}

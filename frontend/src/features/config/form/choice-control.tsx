import { SegmentedControl, Select } from '@mantine/core'
import { FieldRow } from './field-row'
import classes from './form.module.css'
import { controlProps, fieldId, type PlaceProps, useFaults, useFormParts } from './form-context'

const FEW = 4
const FEW_LETTERS = 36
/** From here on a list is searched sooner than read. */
const MANY = 9

interface Props extends PlaceProps {
  choices: { value: string; label: string }[]
  /** The chosen one's value; '' when none is. */
  chosen: string
  onChoose: (value: string) => void
}

/** A field that takes one of several: side by side where they are few and short, else in a list. */
export function ChoiceControl({ choices, chosen, onChoose, ...place }: Props) {
  const { path, label } = place
  const { state } = useFormParts()
  const faults = useFaults(path)
  const letters = choices.reduce((sum, choice) => sum + choice.label.length + 2, 0)
  if (choices.length <= FEW && letters <= FEW_LETTERS) {
    return (
      <FieldRow {...place} isGroup>
        <SegmentedControl
          id={fieldId(path)}
          role="radiogroup"
          aria-label={label}
          className={classes.segments}
          data={choices}
          value={chosen}
          onChange={onChoose}
          data-invalid={faults.length > 0 || undefined}
        />
      </FieldRow>
    )
  }
  return (
    <FieldRow {...place}>
      <Select
        {...controlProps(path, faults.length > 0)}
        data={choices}
        value={chosen === '' ? null : chosen}
        placeholder="Choose one"
        searchable={choices.length >= MANY}
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
        onChange={(value) => value !== null && onChoose(value)}
        onBlur={() => state.touch(path)}
      />
    </FieldRow>
  )
}

import { Textarea } from '@mantine/core'
import { isNullable } from '../form-model'
import { readJson, writeJson } from '../json-text'
import { Faults } from './faults'
import { FieldRow } from './field-row'
import classes from './form.module.css'
import { controlProps, fieldId, type PlaceProps, useFormParts, useValue } from './form-context'
import { useShownWithin } from './shown-within'

/** Any value as JSON: where the schema says nothing, and where what is there is not what the schema asks for. */
export function JsonField(props: PlaceProps) {
  const { path, isItem, schema } = props
  const { state } = useFormParts()
  const value = useValue(path)
  const within = useShownWithin(path)
  const typed = state.typed(path)
  const text = typed?.text ?? (value === undefined ? '' : writeJson(value))
  const change = (next: string) => {
    if (next.trim() === '' && !isItem) {
      const empty = isNullable(schema) ? null : undefined
      state.set(path, empty, { text: next, value: empty })
      return
    }
    const read = readJson(next)
    if (read.fault) {
      const { message, line, column } = read.fault
      state.type(path, {
        text: next,
        value,
        fault: `is not JSON: ${message} (line ${line}, column ${column})`,
      })
    } else state.set(path, read.value, { text: next, value: read.value })
  }
  const inner = within.filter((each) => each.path !== path)
  return (
    <FieldRow {...props}>
      <Textarea
        {...controlProps(path, within.length > 0)}
        classNames={{ input: classes.mono }}
        value={text}
        autosize
        minRows={1}
        maxRows={16}
        placeholder="JSON: 5, &quot;text&quot;, [1, 2], {&quot;a&quot;: true}"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => change(event.currentTarget.value)}
        onBlur={() => state.touch(path)}
      />
      <Faults
        id={`${fieldId(path)}:inner`}
        messages={inner.map((each) => `${each.path.slice(path.length + 1)}: ${each.message}`)}
      />
    </FieldRow>
  )
}

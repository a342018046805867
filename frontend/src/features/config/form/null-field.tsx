import { Text } from '@mantine/core'
import { FieldRow } from './field-row'
import classes from './form.module.css'
import { type PlaceProps, useValue } from './form-context'
import { JsonField } from './json-field'

/** What can only be null. */
export function NullField(props: PlaceProps) {
  const value = useValue(props.path)
  if (value !== null && value !== undefined) return <JsonField {...props} />
  return (
    <FieldRow {...props} isGroup>
      <Text className={classes.constant}>null</Text>
    </FieldRow>
  )
}

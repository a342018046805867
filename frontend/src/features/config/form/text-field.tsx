import { ActionIcon, Input, Textarea, Tooltip } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { formatJson } from '../../../api/json'
import { isNullable } from '../form-model'
import { FieldRow } from './field-row'
import classes from './form.module.css'
import { controlProps, type PlaceProps, useFaults, useFormParts, useValue } from './form-context'
import { JsonField } from './json-field'

const EXAMPLES: Record<string, string> = {
  'date-time': '2026-11-23T09:30:00Z',
  'local-date-time': '2026-11-23T09:30:00',
  'any-date-time': '2026-11-23T09:30:00',
  date: '2026-11-23',
  time: '09:30:00Z',
  'partial-time': '09:30:00',
  'any-time': '09:30:00',
  duration: 'P1DT2H30M',
  uuid: '123e4567-e89b-12d3-a456-426614174000',
  decimal: '12.50',
  uri: 'https://example.org/a',
  email: 'name@example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
}

/** What a text box of a browser cannot hold unchanged. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNSHOWABLE = /[\x00-\x08\x0b-\x1f]|\p{Surrogate}/u

/** Text; grows with its lines unless a format or a pattern keeps it to one. */
export function TextField(props: PlaceProps) {
  const { path, schema } = props
  const { state } = useFormParts()
  const value = useValue(path)
  const faults = useFaults(path)
  if (typeof value === 'string' && UNSHOWABLE.test(value)) return <JsonField {...props} />
  const shown =
    typeof value === 'string' ? value : value === undefined || value === null ? '' : formatJson(value)
  const format = typeof schema.format === 'string' ? schema.format : undefined
  const control = {
    ...controlProps(path, faults.length > 0),
    value: shown,
    placeholder: placeholderFor(value, schema, format),
    spellCheck: false,
    autoComplete: 'off',
    onBlur: () => state.touch(path),
  }
  const change = (text: string) => state.set(path, text)
  const isOneLine = (format !== undefined || 'pattern' in schema) && !shown.includes('\n')
  return (
    <FieldRow {...props} actions={<NotSet {...props} />}>
      {isOneLine ? (
        <Input
          {...control}
          className={format === undefined ? undefined : classes.mono}
          onChange={(event) => change(event.currentTarget.value)}
        />
      ) : (
        <Textarea
          {...control}
          autosize
          minRows={1}
          maxRows={12}
          onChange={(event) => change(event.currentTarget.value)}
        />
      )}
    </FieldRow>
  )
}

function placeholderFor(value: unknown, schema: PlaceProps['schema'], format: string | undefined) {
  if (value === null) return 'Not set'
  if (value === '') return 'Empty text'
  const [example] = Array.isArray(schema.examples) ? schema.examples : []
  return typeof example === 'string' ? example : format === undefined ? '' : (EXAMPLES[format] ?? '')
}

/** For values that may be null: takes the value away. */
export function NotSet({ path, schema, label }: PlaceProps) {
  const { state } = useFormParts()
  const value = useValue(path)
  if (!isNullable(schema) || value === null) return null
  return (
    <Tooltip label="Not set">
      <ActionIcon
        aria-label={`${label}: not set`}
        onClick={() => {
          state.set(path, null)
          document.getElementById(controlProps(path, false).id)?.focus()
        }}
      >
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}

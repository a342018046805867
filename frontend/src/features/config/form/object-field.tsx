import { ActionIcon, Button, Code, Text, Tooltip } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { formatJson } from '../../../api/json'
import { Prose } from '../../../components/prose'
import { startingValue, typesNamed } from '../form-model'
import { has, isMap, type JsonMap, type Schema } from '../verdict/json-types'
import { pointer } from '../verdict/pointer'
import { ConfigField } from './config-field'
import { Faults } from './faults'
import { Reset } from './field-row'
import classes from './form.module.css'
import { fieldId, type PlaceProps, useFaults, useFormParts, useValue } from './form-context'
import { JsonField } from './json-field'
import { TableEntries } from './table-entries'

/** A group of fields, and below it the entries or the unknown fields that no field is declared for. */
export function ObjectField(props: PlaceProps & { hidden?: string }) {
  const { path, schema, label, isRequired, isItem } = props
  const { state, root } = useFormParts()
  const value = useValue(path)
  const faults = useFaults(path)
  if (value !== undefined && !isMap(value) && !(value === null && typesNamed(schema).includes('null'))) {
    return <JsonField {...props} />
  }
  const fields = <ObjectFields {...props} value={isMap(value) ? value : {}} />
  if (path === '') {
    return (
      <div className={classes.root} data-field="">
        <Faults id={`${fieldId('')}:faults`} messages={faults} />
        {fields}
      </div>
    )
  }
  const isAbsent = value === null || (value === undefined && !isRequired && !isItem)
  return (
    <fieldset className={classes.group} data-field={path}>
      <legend className={classes.legend}>
        {label}
        {!isItem && <Reset path={path} schema={schema} label={label} isRequired={isRequired} />}
      </legend>
      {typeof schema.description === 'string' && (
        <Text className={classes.help}>
          <Prose text={schema.description} />
        </Text>
      )}
      <Faults id={`${fieldId(path)}:faults`} messages={faults} />
      {isAbsent ? (
        <Button
          id={fieldId(path)}
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => state.set(path, startingValue({ ...schema, type: 'object' }, root) ?? {})}
        >
          Set {label}
        </Button>
      ) : (
        fields
      )}
    </fieldset>
  )
}

/** The fields of an object without anything around them. `hidden`: a tag that is chosen elsewhere. */
export function ObjectFields({
  path,
  schema,
  value,
  hidden,
}: PlaceProps & { value: JsonMap; hidden?: string }) {
  const properties = isMap(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? schema.required : []
  const others = Object.keys(value).filter((name) => !has(properties, name))
  const open = isOpen(schema)
  return (
    <>
      {Object.entries(properties)
        .filter(([name]) => name !== hidden)
        .map(([name, field]) => (
          <ConfigField
            key={name}
            path={path + pointer([name])}
            schema={field}
            name={name}
            isRequired={required.includes(name)}
          />
        ))}
      {open ? (
        <TableEntries path={path} schema={schema} names={others} />
      ) : (
        others.length > 0 && <UnknownFields path={path} names={others} value={value} />
      )}
    </>
  )
}

/** Whether a person may add fields of any name: a dict, and not just a struct that lets unknown fields pass. */
function isOpen(schema: Schema): boolean {
  return isMap(schema.additionalProperties) || isMap(schema.patternProperties) || !isMap(schema.properties)
}

function UnknownFields({ path, names, value }: { path: string; names: string[]; value: JsonMap }) {
  const { state } = useFormParts()
  return (
    <div className={classes.unknown}>
      <Text className={classes.help}>Not in the experiment's schema:</Text>
      {names.map((name) => (
        <UnknownField
          key={name}
          path={path + pointer([name])}
          name={name}
          value={value[name]}
          remove={() => state.set(path + pointer([name]), undefined)}
        />
      ))}
    </div>
  )
}

interface UnknownProps {
  path: string
  name: string
  value: unknown
  remove: () => void
}

function UnknownField({ path, name, value, remove }: UnknownProps) {
  const faults = useFaults(path)
  return (
    <div data-field={path} className={classes.unknownField}>
      <Code>{name}</Code>
      <Code className={classes.preview}>{preview(value)}</Code>
      <Tooltip label={`Remove ${name}`}>
        <ActionIcon aria-label={`Remove ${name}`} id={fieldId(path)} onClick={remove}>
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Faults id={`${fieldId(path)}:faults`} messages={faults} />
    </div>
  )
}

function preview(value: unknown): string {
  const text = formatJson(value)
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

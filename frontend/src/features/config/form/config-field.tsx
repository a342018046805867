import { createElement, memo } from 'react'
import { kindOf } from '../form-model'
import { isMap, type Schema } from '../verdict/json-types'
import { resolve } from '../verdict/schema-reading'
import { FIELD_NAMES } from './field-names'
import { type PlaceProps, useFormParts, useValue } from './form-context'

interface Props {
  path: string
  schema: unknown
  /** Its name where it lies; shown when the schema gives no title. */
  name: string
  isRequired: boolean
  isItem?: boolean
}

/** The field for a place: which one is decided by the schema, the registry has it. */
export const ConfigField = memo(function ConfigField({
  path,
  schema,
  name,
  isRequired,
  isItem = false,
}: Props) {
  const parts = useFormParts()
  const resolved = named(resolve(schema, parts.root), schema)
  return isConditional(resolved) ? (
    <ConditionalField {...{ path, schema: resolved, name, isRequired, isItem }} />
  ) : (
    <PlainField {...{ path, schema: resolved, name, isRequired, isItem }} />
  )
})

/** The title of a class is not that of a field which has it. */
function named(resolved: Schema, schema: unknown): Schema {
  if (!isMap(schema) || !('$ref' in schema) || 'title' in schema) return resolved
  const { title: _, ...others } = resolved
  return others
}

type Resolved = Omit<Required<Props>, 'schema'> & { schema: Schema }

function isConditional(schema: Schema): boolean {
  return 'allOf' in schema || 'if' in schema || 'dependentSchemas' in schema
}

/** `allOf`, `if` and the like: react-jsonschema-form says which schema they come to for the value that is there. */
function ConditionalField(props: Resolved) {
  const { registry } = useFormParts()
  const value = useValue(props.path)
  let schema = props.schema
  try {
    schema = registry.schemaUtils.retrieveSchema(props.schema, isMap(value) ? value : {}) as Schema
  } catch {
    // What cannot be brought together is drawn as far as it stands by itself.
  }
  return <PlainField {...props} schema={schema} />
}

function PlainField({ path, schema, name, isRequired, isItem }: Resolved) {
  const { registry } = useFormParts()
  const label = !isItem && typeof schema.title === 'string' && schema.title !== '' ? schema.title : name
  const place: PlaceProps = { path, schema, label, isRequired, isItem }
  const field = registry.fields[FIELD_NAMES[kindOf(schema)]]
  return field ? createElement(field as unknown as React.ComponentType<PlaceProps>, place) : null
}

// Not the package's index: that one also exports a registry for tests, which asks for ajv.
import Form from '@rjsf/core/lib/components/Form.js'
import type { FieldProps, RegistryFieldsType } from '@rjsf/utils'
import { memo, useMemo, useSyncExternalStore } from 'react'
import type { ConfigState } from '../config-state'
import type { Schema } from '../verdict/json-types'
import { BooleanField, ChoiceField, ConstantField } from './choice-fields'
import { ConfigField } from './config-field'
import { FormContext } from './form-context'
import { JsonField } from './json-field'
import { ListField } from './list-field'
import { NullField } from './null-field'
import { NumberField } from './number-field'
import { ObjectField } from './object-field'
import { validator } from './rjsf-validator'
import { TextField } from './text-field'
import { UnionField } from './union-field'

/**
 * react-jsonschema-form draws the schema with our fields. They read and change the config by place in ConfigState, so
 * that the form never holds a second copy which it could complete, clean or reorder.
 */
const FIELDS = {
  SchemaField: RootField,
  ObjectField,
  ArrayField: ListField,
  OneOfField: UnionField,
  AnyOfField: UnionField,
  StringField: TextField,
  NumberField,
  BooleanField,
  NullField,
  ChoiceField,
  ConstantField,
  FallbackField: JsonField,
} as unknown as RegistryFieldsType

interface Context {
  state: ConfigState
}

function RootField({ registry, schema }: FieldProps) {
  const { state } = registry.formContext as Context
  const root = schema as Schema
  const parts = useMemo(() => ({ state, root, registry }), [state, root, registry])
  return (
    <FormContext value={parts}>
      <ConfigField path="" schema={root} name="Config" isRequired />
    </FormContext>
  )
}

/** The form of a config. */
const ConfigForm = memo(function ConfigForm({ state }: { state: ConfigState }) {
  const context = useMemo<Context>(() => ({ state }), [state])
  const schema = useSyncExternalStore(state.subscribe, () => state.formSchema)
  return (
    <Form
      schema={schema}
      validator={validator}
      fields={FIELDS}
      formContext={context}
      tagName="div"
      noHtml5Validate
      showErrorList={false}
      experimental_defaultFormStateBehavior={STILL}
    >
      {/* In the place of a submit button: the page has its own. */}
      <span hidden />
    </Form>
  )
})

/** It need not make up any data. */
const STILL = {
  emptyObjectFields: 'skipDefaults',
  arrayMinItems: { populate: 'never' },
  allOf: 'skipDefaults',
  constAsDefaults: 'never',
} as const

export default ConfigForm

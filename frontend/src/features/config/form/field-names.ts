import type { Kind } from '../form-model'

/** The names under which the registry holds our fields; react-jsonschema-form's own where it has one. */
export const FIELD_NAMES: Record<Kind, string> = {
  object: 'ObjectField',
  list: 'ArrayField',
  union: 'OneOfField',
  choice: 'ChoiceField',
  boolean: 'BooleanField',
  number: 'NumberField',
  text: 'StringField',
  constant: 'ConstantField',
  null: 'NullField',
  json: 'FallbackField',
}

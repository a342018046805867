/** The page's verdicts as react-jsonschema-form wants them: nothing is compiled, so no `eval` is needed. */
import {
  type ErrorSchema,
  ErrorSchemaBuilder,
  type RJSFSchema,
  type RJSFValidationError,
  type ValidatorType,
} from '@rjsf/utils'
import type { FieldError } from '../../../api/types'
import type { Schema } from '../verdict/json-types'
import { pointerKeys } from '../verdict/pointer'
import { faults, walkOf } from '../verdict/verdict'

function toError({ path, message }: FieldError): RJSFValidationError {
  return { property: path, message, stack: `${path} ${message}` }
}

function errorSchemaOf(found: FieldError[]): ErrorSchema {
  const builder = new ErrorSchemaBuilder()
  for (const { path, message } of found) builder.addErrors(message, pointerKeys(path))
  return builder.ErrorSchema
}

export const validator: ValidatorType = {
  validateFormData(formData, schema: RJSFSchema) {
    const found = faults(schema as Schema, formData)
    return { errors: found.map(toError), errorSchema: errorSchemaOf(found) }
  },
  isValid: (schema, formData, rootSchema) => walkOf(rootSchema as Schema).isValid(formData, schema),
  rawValidation: (schema, formData) => ({ errors: faults(schema as Schema, formData) as never[] }),
}

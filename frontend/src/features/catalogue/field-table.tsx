import { Text } from '@mantine/core'
import { useMemo } from 'react'
import type { Experiment } from '../../api/types'
import { PlainTable } from '../../components/plain-table'
import { Prose } from '../../components/prose'
import classes from './catalogue.module.css'
import { fieldsOf } from './fields'

/** What an experiment's config holds. */
export function FieldTable({ experiment }: { experiment: Experiment }) {
  const fields = useMemo(() => fieldsOf(experiment.form_schema, experiment.defaults), [experiment])
  if (fields.length === 0)
    return (
      <Text size="sm" c="dimmed" mt="xs">
        Takes no config.
      </Text>
    )
  return (
    <PlainTable className={classes.fields} aria-label={`Fields of ${experiment.name}`}>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Type</th>
          <th scope="col">Range</th>
          <th scope="col">Default</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two alternatives may hold the same path
          <tr key={`${field.path} ${index}`}>
            <td>
              <code>{field.path}</code>
              {field.title && <span className={classes.title}> {field.title}</span>}
              {field.of && <span className={classes.title}> ({field.of})</span>}
              {field.description && (
                <div className={classes.help}>
                  <Prose text={field.description} />
                </div>
              )}
            </td>
            <td>{field.type}</td>
            <td>{field.range ?? '–'}</td>
            <td>
              {field.fallback === null ? field.isRequired ? 'required' : '–' : <code>{field.fallback}</code>}
            </td>
          </tr>
        ))}
      </tbody>
    </PlainTable>
  )
}

import { Input, TagsInput, Textarea } from '@mantine/core'
import type { FieldError } from '../../api/types'
import { Faults } from './form/faults'
import classes from './form/form.module.css'
import { useDescribed } from './form/use-described'

export interface Details {
  name: string
  description: string
  tags: string[]
}

interface Props {
  details: Details
  faults: FieldError[]
  change: (details: Partial<Details>) => void
  touch: (path: string) => void
  /** Tags that others have, to choose from. */
  knownTags?: string[]
}

/** What a person says about an instance. Its places start with `@`, so that a config may have a field of the same name. */
export function DetailsFields({ details, faults, change, touch, knownTags = [] }: Props) {
  useDescribed('details@name', 'details@name:faults', true)
  useDescribed('details@description', 'details@description:faults', false)
  useDescribed('details@tags', 'details@tags:faults', false)
  const at = (path: string) =>
    faults
      .filter((each) => each.path === path || each.path.startsWith(`${path}/`))
      .map((each) =>
        each.path === path ? each.message : `${each.path.slice(path.length + 1)}: ${each.message}`,
      )
  const row = (path: string, label: string, isRequired: boolean, control: React.ReactNode) => (
    <div className={classes.row} data-field={path}>
      <div className={classes.about}>
        <label htmlFor={`details${path}`} className={classes.label}>
          {label}
          {isRequired && (
            <span className={classes.required} aria-hidden>
              {' *'}
            </span>
          )}
        </label>
      </div>
      <div className={classes.control}>
        <div className={classes.controlLine}>
          <div className={classes.input}>{control}</div>
          <span className={classes.noReset} />
        </div>
        <Faults id={`details${path}:faults`} messages={at(path)} />
      </div>
    </div>
  )
  const control = (path: string) => ({
    id: `details${path}`,
    error: at(path).length > 0,
    autoComplete: 'off',
    onBlur: () => touch(path),
  })
  return (
    <div className={classes.root}>
      {row(
        '@name',
        'Name',
        true,
        <Input
          {...control('@name')}
          value={details.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />,
      )}
      {row(
        '@description',
        'Description',
        false,
        <Textarea
          {...control('@description')}
          autosize
          minRows={1}
          maxRows={8}
          value={details.description}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />,
      )}
      {row(
        '@tags',
        'Tags',
        false,
        <TagsInput
          {...control('@tags')}
          value={details.tags}
          data={knownTags}
          acceptValueOnBlur
          splitChars={[',']}
          placeholder={details.tags.length === 0 ? 'Enter adds a tag' : ''}
          onChange={(tags) => change({ tags })}
        />,
      )}
    </div>
  )
}

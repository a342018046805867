import { Code, Text } from '@mantine/core'
import { differences } from '../../components/differences'
import classes from './editor-parts.module.css'
import { plain } from './form-model'
import { labelOfPlace } from './labels'
import type { JsonMap, Schema } from './verdict/json-types'

const MOST = 50

interface Props {
  before: JsonMap
  after: JsonMap
  schema: Schema
  /** What is said when there is no difference. */
  none: string
}

/** What another config changes, one line each. */
export function DifferenceList({ before, after, schema, none }: Props) {
  const all = differences(before, after)
  if (all.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {none}
      </Text>
    )
  }
  return (
    <ul className={classes.differences}>
      {all.slice(0, MOST).map((each) => (
        <li key={each.path}>
          <span>{labelOfPlace(each.path, after, schema)}</span>
          <Code>{shortened(plain(each.before))}</Code>
          <span aria-hidden>→</span>
          <span className="visually-hidden">becomes</span>
          <Code>{shortened(plain(each.after))}</Code>
        </li>
      ))}
      {all.length > MOST && <li>and {all.length - MOST} more</li>}
    </ul>
  )
}

function shortened(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text
}

import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type Ref, useState } from 'react'
import type { FieldError } from '../../api/types'
import classes from './fault-summary.module.css'
import { focusPlace } from './form/focus'

interface Props {
  title: string
  faults: FieldError[]
  /** Fields outside of the config have paths of their own, `/name`: these come as they are. */
  labelOf: (path: string) => string
  tone?: 'fault' | 'notice'
  ref?: Ref<HTMLDivElement>
}

const FIRST = 12

/** Everything that is in the way, each a way to its field. */
export function FaultSummary({ title, faults, labelOf, tone = 'fault', ref }: Props) {
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? faults : faults.slice(0, FIRST)
  return (
    <Alert
      ref={ref}
      role={tone === 'fault' ? 'alert' : 'status'}
      color={tone === 'fault' ? 'red' : 'yellow'}
      title={title}
      icon={<IconAlertTriangle aria-hidden />}
      my="sm"
      classNames={{ title: classes.title }}
    >
      <ul className={classes.list}>
        {shown.map((each) => (
          <li key={`${each.path} ${each.message}`}>
            <button type="button" className={classes.link} onClick={() => focusPlace(each.path)}>
              {labelOf(each.path)}
            </button>{' '}
            {each.message}
          </li>
        ))}
      </ul>
      {faults.length > shown.length && (
        <button type="button" className={classes.link} onClick={() => setWhole(true)}>
          {faults.length - shown.length} more
        </button>
      )}
    </Alert>
  )
}

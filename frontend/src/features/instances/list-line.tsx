import { Anchor, Text } from '@mantine/core'
import { count } from '../../components/formats'
import classes from './list-line.module.css'

interface Props {
  total: number
  /** "instance" */
  what: string
  changes: number
  onUpdate: () => void
}

/** How many there are; and, while the rows are held, that another order is ready. */
export function ListLine({ total, what, changes, onUpdate }: Props) {
  return (
    <div className={classes.line}>
      <Text size="xs" c="dimmed" role="status" aria-label="Count">
        {count(total)} {what}
        {total === 1 ? '' : 's'}
      </Text>
      {changes > 0 && (
        <Text size="xs" c="dimmed">
          {count(changes)} {changes === 1 ? 'change' : 'changes'}
          {' · '}
          <Anchor component="button" type="button" size="xs" onClick={onUpdate}>
            Update order
          </Anchor>
        </Text>
      )}
    </div>
  )
}

import { ActionIcon, Group, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { count } from '../../components/formats'
import classes from './action-bar.module.css'

interface Props {
  selected: number
  /** "instance" */
  what: string
  onClear: () => void
  children: ReactNode
}

/** What can be done with the selected rows; stays in sight at the foot of the window. */
export function ActionBar({ selected, what, onClear, children }: Props) {
  return (
    <>
      <div className={classes.room} />
      <section className={classes.bar} aria-label="Selection" data-action-bar>
        <Text size="sm" fw={600} role="status">
          {count(selected)} {what}
          {selected === 1 ? '' : 's'} selected
        </Text>
        <Group gap="xs">{children}</Group>
        <ActionIcon className={classes.clear} aria-label="Clear selection" onClick={onClear}>
          <IconX size={16} stroke={1.5} aria-hidden />
        </ActionIcon>
      </section>
    </>
  )
}

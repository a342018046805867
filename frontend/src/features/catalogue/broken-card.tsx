import { Code, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Experiment } from '../../api/types'
import { Disclosure } from '../../components/disclosure'
import { Moment } from '../../components/moments'
import classes from './catalogue.module.css'

interface Props {
  experiment: Experiment
  isOpen: boolean
  onToggle: () => void
}

/** A module that could not be used: why, where, and what to do. */
export function BrokenCard({ experiment, isOpen, onToggle }: Props) {
  return (
    <article className={classes.card} data-broken aria-label={experiment.name}>
      <Title order={2} size="h3" className={classes.brokenTitle}>
        <IconAlertTriangle size={16} stroke={2} aria-label="Cannot be used:" />
        {experiment.name}
      </Title>
      <p className={classes.error}>{experiment.error}</p>
      <Text size="sm" c="dimmed">
        Correct <Code>{experiment.module || experiment.name}</Code>, or install what it imports where the
        worker runs, and save: workers look again within seconds. Seen <Moment at={experiment.updated_at} />.
      </Text>
      {experiment.traceback && (
        <>
          <Text component="div" size="sm">
            <Disclosure isOpen={isOpen} onToggle={onToggle}>
              Traceback
            </Disclosure>
          </Text>
          {isOpen && (
            <section
              className={classes.traceback}
              aria-label={`Traceback of ${experiment.name}`}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it
              tabIndex={0}
            >
              <pre>{experiment.traceback}</pre>
            </section>
          )}
        </>
      )}
    </article>
  )
}

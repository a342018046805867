import { Anchor, Button, Group, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { instanceCountQuery } from '../../api/queries'
import type { Experiment } from '../../api/types'
import { Disclosure } from '../../components/disclosure'
import { count } from '../../components/formats'
import { Prose } from '../../components/prose'
import { TagList } from '../../components/tag-list'
import classes from './catalogue.module.css'
import { FieldTable } from './field-table'
import { limits } from './limits'

interface Props {
  experiment: Experiment
  isOpen: boolean
  onToggle: () => void
}

/** One experiment that can be used; opened, its fields. */
export function ExperimentCard({ experiment, isOpen, onToggle }: Props) {
  const card = useRef<HTMLElement>(null)
  const wasOpen = useRef(isOpen)
  useEffect(() => {
    // An address that names an experiment leads to it; opening by hand moves nothing.
    if (wasOpen.current) card.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const instances = useQuery(instanceCountQuery(experiment.name)).data
  const title = experiment.title || experiment.name
  return (
    <article ref={card} className={classes.card} aria-label={title}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div className={classes.head}>
          <Title order={2} size="h3">
            <Disclosure isOpen={isOpen} onToggle={onToggle}>
              {title}
            </Disclosure>
          </Title>
          <div className={classes.facts}>
            <code>{experiment.name}</code>
            <span>
              module <code>{experiment.module}</code>
            </span>
            <span>
              queue <code>{experiment.queue}</code>
            </span>
            {limits(experiment).map((each) => (
              <span key={each}>{each}</span>
            ))}
            <TagList tags={experiment.tags} />
          </div>
          {paragraphs(experiment.description).map((each) => (
            <Text key={each} className={classes.description}>
              <Prose text={each} />
            </Text>
          ))}
        </div>
        <Group gap="sm" wrap="nowrap">
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/experiments" search={{ experiment: experiment.name }} preload={false} {...props} />
            )}
          >
            {instances === undefined ? '–' : count(instances)} {instances === 1 ? 'instance' : 'instances'}
          </Anchor>
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link
                to="/experiments/new"
                search={{ experiment: experiment.name }}
                preload={false}
                {...props}
              />
            )}
          >
            New instance
          </Button>
        </Group>
      </Group>
      {isOpen && <FieldTable experiment={experiment} />}
    </article>
  )
}

/** A docstring breaks its lines where its source does; only empty lines mean something. */
function paragraphs(text: string): string[] {
  return text.split(/\n\s*\n/).filter(Boolean)
}

import { ActionIcon } from '@mantine/core'
import { IconFileText, IconPencil, IconPlayerPlay } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { memo, useState } from 'react'
import type { Instance } from '../../api/types'
import { Elapsed, Moment } from '../../components/moments'
import { RowCheck } from '../../components/row-check'
import { StatusBadge } from '../../components/status-badge'
import { TagList } from '../../components/tag-list'
import classes from './instance-list.module.css'
import { RunTally } from './run-tally'
import { RunTicks } from './run-ticks'
import { startAndSay } from './start-run'

/** Of an instance's tags so many have room in its row. */
const MOST_TAGS = 4

interface Props {
  instance: Instance
  /** The experiment's title, where the catalogue has it. */
  experiment: string
  isSelected: boolean
  isGone: boolean
  onSelect: (id: string, isSelected: boolean) => void
  onTag: (tag: string) => void
}

/** The cells of one instance. */
export const InstanceRow = memo(function InstanceRow(props: Props) {
  const { instance, isGone } = props
  const last = instance.last_run
  const [isStarting, setIsStarting] = useState(false)
  /** One run, until it is started; the second click of a double click means no other. */
  const start = async (clicks: number) => {
    if (isStarting || clicks > 1) return
    setIsStarting(true)
    await startAndSay(instance)
    setIsStarting(false)
  }
  return (
    <>
      <td className={classes.check}>
        <RowCheck
          label={`Select ${instance.name}`}
          checked={props.isSelected}
          disabled={isGone}
          onChange={(isSelected) => props.onSelect(instance.id, isSelected)}
        />
      </td>
      <td className={classes.name}>
        <Link
          to="/experiments/$instanceId"
          params={{ instanceId: instance.id }}
          preload={false}
          className={classes.nameLink}
        >
          {instance.name}
        </Link>
        {isGone && <span className={classes.quiet}> no longer in this list</span>}
        {instance.description && <div className={classes.description}>{instance.description}</div>}
      </td>
      <td className={classes.experiment}>
        <Link to="/catalogue" search={{ name: instance.experiment }} preload={false} className={classes.link}>
          {props.experiment}
        </Link>
      </td>
      <td className={classes.status}>
        {last ? <StatusBadge status={last.status} /> : <span className={classes.quiet}>no run yet</span>}
      </td>
      <td className={classes.ticks}>
        <RunTicks runs={instance.recent_runs} name={instance.name} />
      </td>
      <td className={classes.tally}>
        <RunTally counts={instance.run_counts} />
      </td>
      <td className={classes.last}>
        {last ? (
          <>
            <Link to="/runs/$runId" params={{ runId: last.id }} preload={false} className={classes.link}>
              Run {last.number}
            </Link>
            {last.started_at && (
              <span className={classes.quiet}>
                {' · '}
                <Elapsed from={last.started_at} to={last.completed_at} />
              </span>
            )}
          </>
        ) : (
          <span className={classes.quiet}>–</span>
        )}
      </td>
      <td className={classes.active}>
        <Moment at={instance.active_at} />
      </td>
      <td className={classes.tags}>
        <TagList tags={instance.tags} onTag={props.onTag} most={MOST_TAGS} />
      </td>
      <td className={classes.actions}>
        <ActionIcon
          title="Start run"
          aria-label={`Start run of ${instance.name}`}
          aria-busy={isStarting}
          disabled={isGone}
          onClick={(event) => void start(event.detail)}
        >
          <IconPlayerPlay size={16} stroke={1.5} aria-hidden />
        </ActionIcon>
        <ActionIcon
          title="Details"
          aria-label={`Details of ${instance.name}`}
          renderRoot={(props) => (
            <Link
              to="/experiments/$instanceId"
              params={{ instanceId: instance.id }}
              preload={false}
              {...props}
            />
          )}
        >
          <IconFileText size={16} stroke={1.5} aria-hidden />
        </ActionIcon>
        <ActionIcon
          title="Edit"
          aria-label={`Edit ${instance.name}`}
          renderRoot={(props) => (
            <Link
              to="/experiments/$instanceId/edit"
              params={{ instanceId: instance.id }}
              preload={false}
              {...props}
            />
          )}
        >
          <IconPencil size={16} stroke={1.5} aria-hidden />
        </ActionIcon>
      </td>
    </>
  )
})

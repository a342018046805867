import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { overviewQuery } from '../../api/queries'
import type { RunStatus } from '../../api/types'
import { count } from '../../components/formats'
import classes from './overview-strip.module.css'

/** How everything stands, each number with the way to what it counts. */
export function OverviewStrip() {
  const overview = useQuery(overviewQuery).data
  const stuck = overview?.queues.filter((queue) => queue.pending > 0 && queue.workers === 0) ?? []
  const known = (value: number | undefined) => (value === undefined ? '–' : count(value))
  return (
    <nav aria-label="Overview" className={classes.strip}>
      <Figure
        to="/experiments"
        search={{ status: ['running'] }}
        status="running"
        value={known(overview?.running)}
      >
        running
      </Figure>
      <Figure
        to="/experiments"
        search={{ status: ['pending'] }}
        status="pending"
        value={known(overview?.queued)}
      >
        queued
      </Figure>
      <Figure
        to="/experiments"
        search={{ status: ['failed'] }}
        status={overview?.failed_last_24h ? 'failed' : undefined}
        value={known(overview?.failed_last_24h)}
      >
        failed in 24 h
      </Figure>
      <Figure to="/workers" value={known(overview?.workers)} isWarning={overview?.workers === 0}>
        {overview?.workers === 1 ? 'worker' : 'workers'}
        {overview && overview.workers > 0 ? `, ${count(overview.slots)} slots` : ''}
      </Figure>
      <Figure to="/workers" value={known(overview?.queues.length)} isWarning={stuck.length > 0}>
        {overview?.queues.length === 1 ? 'queue' : 'queues'}
        {stuck.length > 0 && `, no worker for ${stuck.map((queue) => queue.name).join(', ')}`}
      </Figure>
    </nav>
  )
}

interface FigureProps {
  to: NonNullable<LinkProps['to']>
  search?: LinkProps['search']
  value: string
  status?: RunStatus | undefined
  isWarning?: boolean
  children: ReactNode
}

function Figure({ to, search, value, status, isWarning = false, children }: FigureProps) {
  return (
    <Link
      to={to}
      search={search as never}
      preload={false}
      className={classes.figure}
      data-warning={isWarning}
    >
      <span className={classes.value} data-status={status}>
        {value}
      </span>{' '}
      <span className={classes.words}>
        {isWarning && <IconAlertTriangle size={14} stroke={2} aria-label="Warning:" />}
        {children}
      </span>
    </Link>
  )
}

import { Code, Progress, Title, Tooltip } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { workersQuery } from '../../api/queries'
import type { Worker } from '../../api/types'
import { useNow } from '../../components/clock'
import { count, duration } from '../../components/formats'
import { Moment } from '../../components/moments'
import { Empty, Failure, LoadingRows } from '../../components/page-states'
import { PlainTable } from '../../components/plain-table'
import classes from './workers.module.css'

/** A worker beats every few seconds; silence for so long is worth a look. */
const LATE_MS = 30_000

/** Every worker that is alive. */
export function Workers() {
  const query = useQuery(workersQuery)
  return (
    <section aria-labelledby="workers">
      <Title order={2} id="workers" mb={6}>
        Alive now
      </Title>
      {query.isPending ? (
        <LoadingRows rows={2} />
      ) : query.data === undefined ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.data.length === 0 ? (
        <Empty title="No worker">
          Nothing is run until one is there. Start one where the experiments are: <Code>athanor worker</Code>,
          with the <Code>ATHANOR_DATABASE_URL</Code> and <Code>ATHANOR_REDIS_URL</Code> of this server;{' '}
          <Code>ATHANOR_QUEUES</Code> and <Code>ATHANOR_SLOTS</Code> say what it takes and how much at once.{' '}
          <Code>athanor up</Code> starts one along with the server.
        </Empty>
      ) : (
        <PlainTable className={classes.table} aria-label="Workers">
          <thead>
            <tr>
              <th scope="col">Worker</th>
              <th scope="col">Queues</th>
              <th scope="col">Slots</th>
              <th scope="col">Heartbeat</th>
              <th scope="col">Since</th>
              <th scope="col">Experiments</th>
            </tr>
          </thead>
          <tbody>
            {query.data.map((worker) => (
              <WorkerRow key={worker.id} worker={worker} readAt={query.dataUpdatedAt} />
            ))}
          </tbody>
        </PlainTable>
      )}
    </section>
  )
}

function WorkerRow({ worker, readAt }: { worker: Worker; readAt: number }) {
  return (
    <tr>
      <td>
        <strong>{worker.host}</strong> <span className={classes.quiet}>process {worker.pid}</span>
        {worker.draining && (
          <Tooltip label="It takes no more runs and leaves when its last one is over.">
            <span className={classes.warning}> draining</span>
          </Tooltip>
        )}
      </td>
      <td>
        {worker.queues.map((queue) => (
          <code key={queue} className={classes.word}>
            {queue}
          </code>
        ))}
      </td>
      <td>
        <Slots worker={worker} />
      </td>
      <td data-label="heartbeat">
        <Heartbeat ageMs={worker.heartbeat_age_ms} readAt={readAt} />
      </td>
      <td data-label="since">
        <Moment at={worker.started_at} />
      </td>
      <td className={`${classes.experiments} ${classes.linked}`}>
        {worker.experiments.length === 0 && <span className={classes.quiet}>none</span>}
        {worker.experiments.map((name) => (
          <Link key={name} to="/catalogue" search={{ name }} preload={false} className={classes.link}>
            {name}
          </Link>
        ))}
      </td>
    </tr>
  )
}

function Slots({ worker }: { worker: Worker }) {
  return (
    <div className={classes.slots}>
      <Progress.Root size="sm" className={classes.slotsBar}>
        <Progress.Section
          value={(100 * worker.running) / worker.slots}
          aria-label={`Slots in use on ${worker.host}, process ${worker.pid}`}
          className={classes.used}
        />
      </Progress.Root>
      <span>
        {count(worker.running)} of {count(worker.slots)}
      </span>
    </div>
  )
}

/** Age by the server's clock when it was read, and by ours since. */
function Heartbeat({ ageMs, readAt }: { ageMs: number; readAt: number }) {
  const age = ageMs + Math.max(0, useNow() - readAt)
  if (age < LATE_MS)
    return (
      <span>
        {age < 1000 ? 'just now' : `${duration(Math.floor(age / 1000) * 1000).replace('.0', '')} ago`}
      </span>
    )
  return (
    <span className={classes.warning}>
      <IconAlertTriangle size={14} stroke={2} aria-hidden /> {duration(age)} ago, late
    </span>
  )
}

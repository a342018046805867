import { Button, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { instanceQuery, runsQuery, workersQuery } from '../../api/queries'
import { Elapsed } from '../../components/moments'
import { PlainTable } from '../../components/plain-table'
import { StatusBadge } from '../../components/status-badge'
import classes from './workers.module.css'

/** The runs that have a worker now. */
export function RunningNow() {
  const query = useInfiniteQuery(runsQuery({ status: ['running'], sort: 'started_at', order: 'desc' }))
  const workers = useQuery(workersQuery).data
  const runs = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(
    (run) => run.status === 'running',
  )
  const ids = [...new Set(runs.map((run) => run.instance_id))]
  const answers = useQueries({ queries: ids.map((id) => instanceQuery(id)) })
  const names = new Map(answers.flatMap(({ data }) => (data ? [[data.id, data.name] as const] : [])))
  return (
    <section aria-labelledby="running">
      <Title order={2} id="running" mb={6}>
        Running now
      </Title>
      {runs.length === 0 ? (
        <Text size="sm" c="dimmed">
          {query.data ? 'Nothing.' : '…'}
        </Text>
      ) : (
        <PlainTable className={classes.table} data-narrow aria-label="Running now">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Status</th>
              <th scope="col">Elapsed</th>
              <th scope="col">Worker</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <tr key={run.id}>
                <td className={classes.linked}>
                  <Link to="/runs/$runId" params={{ runId: run.id }} preload={false} className={classes.link}>
                    Run {run.number}
                  </Link>{' '}
                  of{' '}
                  <Link
                    to="/experiments/$instanceId"
                    params={{ instanceId: run.instance_id }}
                    preload={false}
                    className={classes.link}
                  >
                    {names.get(run.instance_id) ?? run.experiment}
                  </Link>
                </td>
                <td>
                  <StatusBadge status={run.status} isCancelling={run.cancel_requested_at !== null} />
                </td>
                <td>
                  <Elapsed from={run.started_at} to={run.completed_at} />
                </td>
                <td>{workers?.find((each) => each.id === run.worker_id)?.host ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </PlainTable>
      )}
      {query.hasNextPage && (
        <Button variant="default" mt="xs" onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
    </section>
  )
}

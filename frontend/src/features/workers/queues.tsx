import { Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { overviewQuery } from '../../api/queries'
import { count } from '../../components/formats'
import { PlainTable } from '../../components/plain-table'
import classes from './workers.module.css'

/** Every queue with what waits and runs in it, and who serves it. */
export function Queues() {
  const queues = useQuery(overviewQuery).data?.queues
  if (queues === undefined || queues.length === 0) return null
  return (
    <section aria-labelledby="queues">
      <Title order={2} id="queues" mb={6}>
        Queues
      </Title>
      <PlainTable className={classes.table} data-narrow aria-label="Queues">
        <thead>
          <tr>
            <th scope="col">Queue</th>
            <th scope="col">Pending</th>
            <th scope="col">Running</th>
            <th scope="col">Workers</th>
            <th scope="col">Slots</th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <tr key={queue.name}>
              <td>
                <code className={classes.word}>{queue.name}</code>
                {queue.pending > 0 && queue.workers === 0 && (
                  <Text span size="xs" className={classes.warning}>
                    <IconAlertTriangle size={14} stroke={2} aria-hidden /> no worker serves it: start one with{' '}
                    <code>ATHANOR_QUEUES={queue.name} athanor worker</code>
                  </Text>
                )}
              </td>
              <td>{count(queue.pending)}</td>
              <td>{count(queue.running)}</td>
              <td>{count(queue.workers)}</td>
              <td>{count(queue.slots)}</td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </section>
  )
}

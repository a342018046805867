import { Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { instanceQuery, previousRunQuery } from '../../api/queries'
import type { RunDetail } from '../../api/types'
import { type Difference, differences } from '../../components/differences'
import { preview } from '../../components/json-tree/tree-model'
import classes from './runs.module.css'

interface Props {
  run: RunDetail
  /** The frozen config, as a tree. */
  children: ReactNode
}

/** What the run was started with, and how that differs from now and from before. */
export function ConfigTab({ run, children }: Props) {
  const instance = useQuery(instanceQuery(run.instance_id))
  const previous = useQuery(previousRunQuery(run.instance_id, run.number))
  return (
    <div className={classes.columns}>
      <section aria-label="Frozen config">
        <Title order={2} mb="xs">
          Config of this run
        </Title>
        {children}
      </section>
      <div>
        {instance.data && (
          <Differences
            title="Differs from the instance"
            none="The instance has the same config now."
            names={['This run', 'Instance now']}
            found={differences(run.config, instance.data.config)}
          />
        )}
        {previous.data && (
          <Differences
            title={`Changed from run ${previous.data.number}`}
            none={`Run ${previous.data.number} had the same config.`}
            names={[`Run ${previous.data.number}`, 'This run']}
            found={differences(previous.data.config, run.config)}
          />
        )}
        {previous.data === null && (
          <section aria-label="Changed from the run before">
            <Title order={2} mb="xs">
              Changed from the run before
            </Title>
            <Text c="dimmed" mb="lg">
              {run.number === 1
                ? 'This is the first run of its instance.'
                : 'This is the first run of its instance that is left: those before were deleted.'}
            </Text>
          </section>
        )}
      </div>
    </div>
  )
}

interface DifferencesProps {
  title: string
  none: string
  names: [string, string]
  found: Difference[]
}

function Differences({ title, none, names, found }: DifferencesProps) {
  return (
    <section aria-label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      {found.length === 0 ? (
        <Text c="dimmed" mb="lg">
          {none}
        </Text>
      ) : (
        <table className={`${classes.table} ${classes.differences}`}>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">{names[0]}</th>
              <th scope="col">{names[1]}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((each) => (
              <tr key={each.path}>
                <th scope="row">{each.path || '/'}</th>
                <td>{each.before === undefined ? 'absent' : preview(each.before)}</td>
                <td>{each.after === undefined ? 'absent' : preview(each.after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

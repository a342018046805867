import { Text, TextInput, Title } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import type { RunDetail } from '../../api/types'
import { Empty } from '../../components/page-states'
import classes from './runs.module.css'

/** What was recorded at the start, as far as this page knows it; what it does not know is shown as it is. */
interface Environment {
  host?: string
  platform?: string
  python?: string
  seed?: number | bigint
  source_hash?: string | null
  git?: { commit: string; branch: string | null; dirty_hash: string | null } | null
  packages?: Record<string, string>
}

export function EnvironmentTab({ run }: { run: RunDetail }) {
  const [q, setQ] = useState('')
  if (run.environment === null) {
    return (
      <Empty title="Not recorded yet">
        Host, Python, packages and the state of the code are recorded when the run starts.
      </Empty>
    )
  }
  const { packages = {}, git, ...rest } = run.environment as Environment
  const found = Object.entries(packages).filter(([name]) => name.toLowerCase().includes(q.toLowerCase()))
  return (
    <div className={classes.columns}>
      <section aria-label="Machine and code">
        <Title order={2} mb="xs">
          Machine and code
        </Title>
        <dl className={classes.pairs}>
          <Pair name="Host" value={rest.host} />
          <Pair name="Platform" value={rest.platform} />
          <Pair name="Python" value={rest.python} />
          <Pair name="Seed" value={rest.seed?.toString()} />
          <Pair name="Git commit" value={git ? git.commit : 'the code lies in no git repository'} />
          {git && <Pair name="Branch" value={git.branch ?? 'none (detached)'} />}
          {git && (
            <Pair
              name="Uncommitted changes"
              value={git.dirty_hash === null ? 'none' : `yes, their hash is ${git.dirty_hash.slice(0, 12)}`}
            />
          )}
          <Pair name="Source hash" value={rest.source_hash ?? undefined} />
        </dl>
      </section>
      <section aria-label="Packages">
        <Title order={2} mb="xs">
          Packages{' '}
          <Text span c="dimmed">
            {Object.keys(packages).length}
          </Text>
        </Title>
        <TextInput
          aria-label="Search packages"
          placeholder="Search packages"
          data-search
          size="xs"
          mb="xs"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={q}
          onChange={(event) => setQ(event.currentTarget.value)}
        />
        <table className={classes.table}>
          <tbody>
            {found.map(([name, version]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{version}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {found.length === 0 && <Text c="dimmed">No package matches.</Text>}
      </section>
    </div>
  )
}

function Pair({ name, value }: { name: string; value: string | undefined }) {
  if (value === undefined) return null
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}

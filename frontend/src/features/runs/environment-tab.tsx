import { Text, TextInput, Title } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import type { JsonObject, RunDetail } from '../../api/types'
import { preview } from '../../components/json-tree/tree-model'
import { Empty } from '../../components/page-states'
import classes from './runs.module.css'

/** Titles of what is recorded; what has none here is shown under its own name. */
const TITLES: Record<string, string> = {
  host: 'Host',
  platform: 'Platform',
  python: 'Python',
  seed: 'Seed',
  source_hash: 'Source hash',
  commit: 'Git commit',
  branch: 'Branch',
  dirty_hash: 'Hash of uncommitted changes',
}

export function EnvironmentTab({ run }: { run: RunDetail }) {
  if (run.environment === null) {
    return (
      <Empty title="Not recorded yet">
        Host, Python, packages and the state of the code are recorded when the run starts.
      </Empty>
    )
  }
  const { packages, git, ...machine } = run.environment
  return (
    <div className={classes.columns}>
      <section aria-label="Machine and code">
        <Title order={2} mb="xs">
          Machine and code
        </Title>
        <Pairs
          of={{ ...machine, ...(isObject(git) ? git : { commit: 'the code lies in no git repository' }) }}
        />
      </section>
      <Packages packages={isObject(packages) ? packages : {}} />
    </div>
  )
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function Pairs({ of }: { of: JsonObject }) {
  return (
    <dl className={classes.pairs}>
      {Object.entries(of).map(([name, value]) => (
        <div key={name} className={classes.pair}>
          <dt>{TITLES[name] ?? name}</dt>
          <dd>{value === null ? 'none' : typeof value === 'string' ? value : preview(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

function Packages({ packages }: { packages: JsonObject }) {
  const [q, setQ] = useState('')
  const found = Object.entries(packages).filter(([name]) => name.toLowerCase().includes(q.toLowerCase()))
  return (
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
              <td>{String(version)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length === 0 && <Text c="dimmed">No package matches.</Text>}
    </section>
  )
}

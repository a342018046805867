import { Badge, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useRef } from 'react'
import { askAgain } from '../../api/absence'
import { experimentsQuery, instanceQuery, runQuery, workersQuery } from '../../api/queries'
import type { RunDetail } from '../../api/types'
import { ConfigTree } from '../../components/config-tree/config-tree'
import { count } from '../../components/formats'
import { Page } from '../../components/page'
import { Failure, isUnknown, LoadingRows } from '../../components/page-states'
import { isOver } from '../../components/statuses'
import { ConfigTab } from '../../features/runs/config-tab'
import { EnvironmentTab } from '../../features/runs/environment-tab'
import { FailurePanel } from '../../features/runs/failure-panel'
import { RunActions } from '../../features/runs/run-actions'
import { RunHeader } from '../../features/runs/run-header'
import type { RunSearch, Tab } from '../../features/runs/search'
import { useTopic } from '../../live/live'
import { NoSuchRun } from '../no-such'
import classes from './run-page.module.css'

const LogsTab = lazy(async () => ({ default: (await import('../../features/logs/logs-tab')).LogsTab }))
const ResultsTab = lazy(async () => ({
  default: (await import('../../features/results/results-tab')).ResultsTab,
}))
const MetricsTab = lazy(async () => ({
  default: (await import('../../features/metrics/metrics-tab')).MetricsTab,
}))

const route = getRouteApi('/runs/$runId')

/** While a run waits its place in the queue changes, and while it runs its heartbeat grows older: nothing says so. */
const REFRESH_MS = { pending: 3_000, running: 10_000 }

export default function RunPage() {
  const { runId } = route.useParams()
  useTopic(`run:${runId}`)
  const query = useQuery({
    ...runQuery(runId),
    refetchInterval: (asked) => {
      const status = asked.state.data?.status
      return status === 'pending' || status === 'running' ? REFRESH_MS[status] : askAgain(asked)
    },
  })
  if (isUnknown(query.error))
    return (
      <Page title="No such run">
        <NoSuchRun wasThere={query.data !== undefined} />
      </Page>
    )
  if (query.data) return <LoadedRun key={runId} run={query.data} readAt={query.dataUpdatedAt} />
  return (
    <Page title="Run">
      {query.error ? <Failure error={query.error} retry={() => void query.refetch()} /> : <LoadingRows />}
    </Page>
  )
}

function LoadedRun({ run, readAt }: { run: RunDetail; readAt: number }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const instance = useQuery(instanceQuery(run.instance_id))
  const workers = useQuery(workersQuery)
  const onSearch = useCallback(
    (change: Partial<{ [Name in keyof RunSearch]: RunSearch[Name] | undefined }>) =>
      void navigate({
        search: (held) => ({ ...held, ...change }) as RunSearch,
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  useTopic(`instance:${run.instance_id}`)
  useTopic('workers')
  const tab = search.tab ?? 'logs'
  const lines = logLines(run)
  // Each tab finds again what was set in it.
  const left = useRef<Partial<Record<Tab, RunSearch>>>({})
  // A step of its own: Back leads to the tab before.
  const onTab = (next: Tab) => {
    left.current[tab] = search
    void navigate({ search: { ...left.current[next], tab: next }, resetScroll: false })
  }
  return (
    <Page
      title={`Run ${run.number}`}
      tabTitle={instance.data ? `Run ${run.number} · ${instance.data.name}` : `Run ${run.number}`}
      crumbs={[
        { label: 'Dashboard', to: '/experiments' },
        { label: instance.data?.name ?? '…', to: `/experiments/${run.instance_id}` },
      ]}
      actions={<RunActions run={run} />}
      isSticky
      isWide
      details={
        <RunHeader
          run={run}
          worker={workers.data?.find((worker) => worker.id === run.worker_id)}
          readAt={readAt}
        />
      }
    >
      <FailurePanel run={run} lastLine={lines > 0 ? lines - 1 : null} />
      <RunTabs run={run} tab={tab} onTab={onTab} search={search} onSearch={onSearch} />
    </Page>
  )
}

function logLines(run: RunDetail): number {
  return Object.values(run.counts.logs).reduce((sum, each) => sum + each, 0)
}

interface TabsProps {
  run: RunDetail
  tab: Tab
  onTab: (tab: Tab) => void
  search: RunSearch
  onSearch: (change: Partial<{ [Name in keyof RunSearch]: RunSearch[Name] | undefined }>) => void
}

function RunTabs({ run, tab, onTab, search, onSearch }: TabsProps) {
  const lines = logLines(run)
  const over = isOver(run.status)
  const list = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another tab is open
  useEffect(() => {
    // Where not all tabs fit, the open one is in sight.
    const open = list.current?.querySelector<HTMLElement>('[aria-selected="true"]')
    if (open && list.current)
      list.current.scrollLeft = open.offsetLeft - (list.current.clientWidth - open.offsetWidth) / 2
  }, [tab])
  return (
    <Tabs value={tab} onChange={(next) => onTab((next ?? 'logs') as Tab)} keepMounted={false}>
      <Tabs.List ref={list} mb="sm" className={classes.tabs}>
        <CountedTab value="logs" label="Logs" number={lines} />
        <CountedTab value="results" label="Results" number={run.counts.results} />
        <CountedTab value="metrics" label="Metrics" number={run.counts.metrics} />
        <Tabs.Tab value="config">Config</Tabs.Tab>
        <Tabs.Tab value="environment">Environment</Tabs.Tab>
      </Tabs.List>
      <Suspense fallback={<LoadingRows />}>
        <Tabs.Panel value="logs">
          <LogsTab key={run.id} run={run} search={search} onSearch={onSearch} />
        </Tabs.Panel>
        <Tabs.Panel value="results">
          <ResultsTab key={run.id} runId={run.id} isOver={over} search={search} onSearch={onSearch} />
        </Tabs.Panel>
        <Tabs.Panel value="metrics">
          <MetricsTab key={run.id} runId={run.id} isOver={over} search={search} onSearch={onSearch} />
        </Tabs.Panel>
        <Tabs.Panel value="config">
          <ConfigTab run={run}>
            <FrozenConfig run={run} />
          </ConfigTab>
        </Tabs.Panel>
        <Tabs.Panel value="environment">
          <EnvironmentTab run={run} />
        </Tabs.Panel>
      </Suspense>
    </Tabs>
  )
}

function FrozenConfig({ run }: { run: RunDetail }) {
  const experiments = useQuery(experimentsQuery)
  const experiment = experiments.data?.find((each) => each.name === run.experiment)
  // The defaults of today are those of the run only where the code is.
  const isSame = experiment !== undefined && experiment.source_hash === run.source_hash
  return (
    <ConfigTree
      config={run.config}
      schema={run.config_schema}
      defaults={isSame ? experiment.defaults : null}
    />
  )
}

function CountedTab({ value, label, number }: { value: Tab; label: string; number: number }) {
  return (
    <Tabs.Tab
      value={value}
      rightSection={
        number > 0 && (
          <Badge variant="light" color="gray" size="sm" tt="none">
            {count(number)}
          </Badge>
        )
      }
    >
      {label}
    </Tabs.Tab>
  )
}

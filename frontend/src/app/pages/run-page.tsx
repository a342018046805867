import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { runQuery } from '../../api/queries'
import { Page } from '../../components/page'
import { Failure, LoadingRows } from '../../components/page-states'
import { StatusBadge } from '../../components/status-badge'
import type { LogSearch } from '../../features/logs/log-search'
import { LogsTab } from '../../features/logs/logs-tab'
import { useTopic } from '../../live/live'

export default function RunPage() {
  const { runId } = useParams({ from: '/runs/$runId' })
  const search = useSearch({ from: '/runs/$runId' })
  const navigate = useNavigate({ from: '/runs/$runId' })
  const run = useQuery(runQuery(runId))
  useTopic(`run:${runId}`)
  const onSearch = useCallback(
    (change: LogSearch) => {
      void navigate({
        search: (held) => ({ ...held, ...change }) as typeof held,
        replace: true,
        resetScroll: false,
      })
    },
    [navigate],
  )
  const title = run.data ? `${run.data.experiment} #${run.data.number}` : 'Run'
  return (
    <Page
      title={title}
      details={run.data && <StatusBadge status={run.data.status} reason={run.data.reason} />}
    >
      {run.data ? (
        <LogsTab key={runId} run={run.data} search={search} onSearch={onSearch} />
      ) : run.error ? (
        <Failure error={run.error} retry={() => void run.refetch()} />
      ) : (
        <LoadingRows />
      )}
    </Page>
  )
}

import { Button, Title } from '@mantine/core'
import { IconCopy, IconPencil, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { instanceQuery, startRun } from '../../api/queries'
import { useKeys } from '../../components/keys'
import { sayFailed } from '../../components/notices'
import { Page } from '../../components/page'
import { useOfferActions } from '../../components/page-actions'
import { Empty, Failure, isUnknown, LoadingRows } from '../../components/page-states'
import { DeleteInstances } from '../../features/instances/delete-instances'
import { InstanceConfig } from '../../features/instances/instance-config'
import { InstanceFacts } from '../../features/instances/instance-facts'
import { RunsList } from '../../features/instances/runs-list'
import type { InstanceRunsSearch } from '../../features/instances/search'
import { useTopic } from '../../live/live'
import { present, type SearchChange } from '../../routing/search'
import { NoSuchInstance } from '../no-such'
import classes from './instance-page.module.css'

const route = getRouteApi('/experiments/$instanceId')
const CRUMBS = [{ label: 'Dashboard', to: '/experiments' }]

/** One instance: what it is, its config, its runs. */
export default function InstancePage() {
  const { instanceId } = route.useParams()
  return <OneInstance key={instanceId} instanceId={instanceId} />
}

function OneInstance({ instanceId }: { instanceId: string }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery(instanceQuery(instanceId))
  const [isStarting, setIsStarting] = useState(false)
  const [isAsking, setIsAsking] = useState(false)
  useTopic(`instance:${instanceId}`)
  useTopic('experiments')
  useTopic('workers')

  const start = async () => {
    if (isStarting) return
    setIsStarting(true)
    try {
      const run = await startRun(instanceId)
      await navigate({ to: '/runs/$runId', params: { runId: run.id } })
    } catch (error) {
      sayFailed('Start run', error)
    } finally {
      setIsStarting(false)
    }
  }
  useKeys({ r: () => void start() })
  const params = { instanceId }
  useOfferActions(
    query.data === undefined
      ? []
      : [
          { label: 'Start run', act: () => void start() },
          {
            label: 'Run with changes',
            act: () => void navigate({ to: '/experiments/$instanceId/run', params }),
          },
          { label: 'Edit', act: () => void navigate({ to: '/experiments/$instanceId/edit', params }) },
          {
            label: 'Clone',
            act: () => void navigate({ to: '/experiments/new', search: { instance: instanceId } }),
          },
          { label: 'Delete', act: () => setIsAsking(true) },
        ],
  )
  const onSearch = useCallback(
    (change: SearchChange<InstanceRunsSearch>) =>
      void navigate({
        search: (before) => present({ ...before, ...change }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )

  if (isUnknown(query.error))
    return (
      <Page title="No such instance" crumbs={CRUMBS}>
        <NoSuchInstance />
      </Page>
    )
  const instance = query.data
  if (instance === undefined)
    return (
      <Page title="Instance" crumbs={CRUMBS}>
        {query.error ? <Failure error={query.error} retry={() => void query.refetch()} /> : <LoadingRows />}
      </Page>
    )

  const startButton = (
    <Button
      leftSection={<IconPlayerPlay size={14} aria-hidden />}
      aria-keyshortcuts="r"
      loading={isStarting}
      onClick={() => void start()}
    >
      Start run
    </Button>
  )
  return (
    <Page
      title={instance.name}
      crumbs={CRUMBS}
      details={<InstanceFacts instance={instance} />}
      actions={
        <>
          {startButton}
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link to="/experiments/$instanceId/run" params={{ instanceId }} {...props} />
            )}
          >
            Run with changes
          </Button>
          <Button
            variant="default"
            leftSection={<IconPencil size={14} aria-hidden />}
            renderRoot={(props) => (
              <Link to="/experiments/$instanceId/edit" params={{ instanceId }} {...props} />
            )}
          >
            Edit
          </Button>
          <Button
            variant="default"
            leftSection={<IconCopy size={14} aria-hidden />}
            renderRoot={(props) => (
              <Link to="/experiments/new" search={{ instance: instanceId }} {...props} />
            )}
          >
            Clone
          </Button>
          <Button
            variant="default"
            c="var(--status-failed)"
            leftSection={<IconTrash size={14} aria-hidden />}
            onClick={() => setIsAsking(true)}
          >
            Delete
          </Button>
        </>
      }
    >
      <div className={classes.columns}>
        <section aria-labelledby="runs" className={classes.runs}>
          <Title order={2} id="runs" mb={6}>
            Runs
          </Title>
          <RunsList
            instanceId={instanceId}
            search={search}
            onSearch={onSearch}
            none={
              <Empty title="No runs yet" actions={startButton}>
                A run executes this instance with a copy of its config.
              </Empty>
            }
          />
        </section>
        <InstanceConfig instance={instance} />
      </div>
      {isAsking && (
        <DeleteInstances
          instances={[instance]}
          onDeleted={(ids) => {
            if (ids.length > 0) void navigate({ to: '/experiments' })
          }}
          onClose={() => setIsAsking(false)}
        />
      )}
    </Page>
  )
}

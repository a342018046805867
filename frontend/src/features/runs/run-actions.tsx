import { Button, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconCopy, IconEdit, IconPlayerStop, IconRefresh, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { keys } from '../../api/keys'
import { cancelRun, deleteRun, overviewQuery, startRun } from '../../api/queries'
import type { RunDetail } from '../../api/types'
import { useNow } from '../../components/clock'
import { sayFailed } from '../../components/notices'
import { useOfferActions } from '../../components/page-actions'
import { runSize } from '../../components/size-words'
import { isOver } from '../../components/statuses'
import { WhatGoes } from '../../components/what-goes'
import { ActionGroup } from './action-group'

/** Cancel, then Force; when the run is over, Re-run and Delete. */
export function RunActions({ run }: { run: RunDetail }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const rerun = useMutation({
    mutationFn: () => startRun(run.instance_id, run.config),
    onSuccess: (started) => navigate({ to: '/runs/$runId', params: { runId: started.id } }),
    onError: (error) => sayFailed('Start run', error),
  })
  const remove = useMutation({
    mutationFn: () => deleteRun(run.id),
    onSuccess: async () => {
      await navigate({ to: '/experiments/$instanceId', params: { instanceId: run.instance_id } })
      client.removeQueries({ queryKey: keys.runs.one(run.id) })
    },
    onError: (error) => sayFailed('Delete', error),
  })
  const cancel = useCancel(run)
  const changes = {
    to: '/experiments/$instanceId/run',
    params: { instanceId: run.instance_id },
    search: { run: run.id },
  } as const
  const stage = isOver(run.status) ? 'over' : run.cancel_requested_at === null ? 'open' : 'cancelling'
  const cancelling = {
    open: { label: 'Cancel', act: () => cancel.mutate(false) },
    cancelling: { label: 'Force', act: () => askToForce(run, () => cancel.mutate(true)) },
  }
  const clone = {
    label: 'Clone',
    act: () => void navigate({ to: '/experiments/new', search: { run: run.id } }),
  }
  useOfferActions(
    stage !== 'over'
      ? [cancelling[stage], clone]
      : [
          { label: 'Re-run', act: () => rerun.mutate() },
          { label: 'Run with changes', act: () => void navigate(changes) },
          clone,
          { label: 'Delete', act: () => askToDelete(run, () => remove.mutate()) },
        ],
  )
  return (
    <ActionGroup stage={stage}>
      {stage !== 'over' && (
        <>
          <CancelButton run={run} cancel={cancel} />
          <CloneLink run={run} />
        </>
      )}
      {stage === 'over' && (
        <>
          <Button
            variant="default"
            leftSection={<IconRefresh size={15} aria-hidden />}
            loading={rerun.isPending}
            onClick={() => rerun.mutate()}
          >
            Re-run
          </Button>
          <Button
            variant="default"
            leftSection={<IconEdit size={15} aria-hidden />}
            renderRoot={(props) => <Link {...changes} {...props} />}
          >
            Run with changes
          </Button>
          <CloneLink run={run} />
          <Button
            variant="default"
            c="var(--status-failed)"
            leftSection={<IconTrash size={15} aria-hidden />}
            loading={remove.isPending}
            onClick={() => askToDelete(run, () => remove.mutate())}
          >
            Delete
          </Button>
        </>
      )}
    </ActionGroup>
  )
}

function askToDelete(run: RunDetail, onConfirm: () => void) {
  modals.openConfirmModal({
    title: `Delete run ${run.number}?`,
    children: <WhatGoes sizes={[runSize(run)]} />,
    labels: { confirm: 'Delete', cancel: 'Keep' },
    confirmProps: { color: 'red' },
    onConfirm,
  })
}

/** A new instance that starts from this run's config. */
function CloneLink({ run }: { run: RunDetail }) {
  return (
    <Button
      variant="default"
      leftSection={<IconCopy size={15} aria-hidden />}
      renderRoot={(props) => <Link to="/experiments/new" search={{ run: run.id }} {...props} />}
    >
      Clone
    </Button>
  )
}

/** Asks the run to end; `true` forces it. */
function useCancel(run: RunDetail) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (force: boolean) => cancelRun(run.id, force),
    onSuccess: (cancelled) => client.setQueryData(keys.runs.one(run.id), cancelled),
    onError: (error) => sayFailed('Cancel', error),
  })
}

function CancelButton({ run, cancel }: { run: RunDetail; cancel: ReturnType<typeof useCancel> }) {
  if (run.cancel_requested_at === null) {
    return (
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={15} aria-hidden />}
        loading={cancel.isPending}
        onClick={() => cancel.mutate(false)}
      >
        Cancel
      </Button>
    )
  }
  return (
    <>
      <Countdown requestedAt={run.cancel_requested_at} />
      <Button
        color="red"
        variant="light"
        leftSection={<IconPlayerStop size={15} aria-hidden />}
        loading={cancel.isPending}
        onClick={() => askToForce(run, () => cancel.mutate(true))}
      >
        Force
      </Button>
    </>
  )
}

function askToForce(run: RunDetail, onConfirm: () => void) {
  modals.openConfirmModal({
    title: `Force run ${run.number} to end?`,
    children: (
      <Text size="sm">
        Its process is terminated at once, and killed two seconds later. What it has not written yet is lost.
      </Text>
    ),
    labels: { confirm: 'Force', cancel: 'Wait' },
    confirmProps: { color: 'red' },
    onConfirm,
  })
}

/** What the experiment has left to end by itself. */
function Countdown({ requestedAt }: { requestedAt: string }) {
  const now = useNow()
  const overview = useQuery(overviewQuery)
  const grace = overview.data?.cancel_grace_s
  const left = grace === undefined ? null : Math.ceil(grace - (now - Date.parse(requestedAt)) / 1000)
  return (
    <Text size="sm" c="dimmed">
      <span role="status">{left === null || left > 0 ? 'asked to stop' : 'being terminated'}</span>
      {/* Not read out: it changes every second. */}
      {left !== null && left > 0 && <span aria-hidden>{`, terminated in ${left} s`}</span>}
    </Text>
  )
}

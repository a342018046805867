import { Button } from '@mantine/core'
import { IconPlayerPlay, IconPlayerStop, IconRepeat, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { startRun } from '../../api/queries'
import type { Instance } from '../../api/types'
import { count } from '../../components/formats'
import { sayDone, sayFailed, sayStarted } from '../../components/notices'
import { ActionBar } from './action-bar'
import { cancelActiveRuns, forEach, startAgain } from './bulk'
import { DeleteInstances } from './delete-instances'

interface Props {
  instances: readonly Instance[]
  onClear: () => void
  onDeleted: (ids: string[]) => void
}

/** What can be done with the selected instances. */
export function InstanceActions({ instances, onClear, onDeleted }: Props) {
  const [isBusy, setIsBusy] = useState(false)
  const [isAsking, setIsAsking] = useState(false)
  const active = instances.reduce((sum, each) => sum + each.run_counts.pending + each.run_counts.running, 0)

  const start = async () => {
    setIsBusy(true)
    const { done, failures } = await forEach(instances, async (instance) => ({
      instance,
      run: await startRun(instance.id),
    }))
    setIsBusy(false)
    if (done.length === 1 && done[0]) sayStarted(done[0].run, done[0].instance.name)
    else if (done.length > 0) sayDone(`${count(done.length)} runs started`)
    if (failures.length > 0) sayFailed(`Start run of ${failures.length} of ${instances.length}`, failures[0])
  }
  const ran = instances.flatMap(({ id, last_run }) =>
    last_run ? [{ id: last_run.id, instance_id: id }] : [],
  )
  const rerun = async () => {
    setIsBusy(true)
    const { done, failures } = await forEach(ran, startAgain)
    setIsBusy(false)
    if (done.length > 0) sayDone(done.length === 1 ? '1 run started' : `${count(done.length)} runs started`)
    if (failures.length > 0) sayFailed(`Re-run ${failures.length} of ${ran.length}`, failures[0])
  }
  const cancel = async () => {
    setIsBusy(true)
    const { done, failures } = await forEach(instances, (instance) => cancelActiveRuns(instance.id))
    setIsBusy(false)
    const runs = done.flat().length
    if (runs > 0) sayDone(runs === 1 ? '1 run is being cancelled' : `${count(runs)} runs are being cancelled`)
    if (failures.length > 0) sayFailed(`Cancel in ${failures.length} of ${instances.length}`, failures[0])
  }
  return (
    <>
      <ActionBar selected={instances.length} what="instance" onClear={onClear}>
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          disabled={isBusy}
          onClick={() => void start()}
        >
          Start run
        </Button>
        <Button
          variant="default"
          leftSection={<IconRepeat size={14} aria-hidden />}
          title="The last run of each once more, with the config it had"
          disabled={isBusy || ran.length === 0}
          onClick={() => void rerun()}
        >
          Re-run
        </Button>
        <Button
          variant="default"
          title="Every run of these that is pending or running"
          leftSection={<IconPlayerStop size={14} aria-hidden />}
          disabled={isBusy || active === 0}
          onClick={() => void cancel()}
        >
          Cancel
        </Button>
        <Button
          variant="default"
          c="var(--status-failed)"
          leftSection={<IconTrash size={14} aria-hidden />}
          disabled={isBusy}
          onClick={() => setIsAsking(true)}
        >
          Delete
        </Button>
      </ActionBar>
      {isAsking && (
        <DeleteInstances instances={instances} onDeleted={onDeleted} onClose={() => setIsAsking(false)} />
      )}
    </>
  )
}

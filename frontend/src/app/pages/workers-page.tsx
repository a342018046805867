import { Stack } from '@mantine/core'
import { Page } from '../../components/page'
import { Queues } from '../../features/workers/queues'
import { RunningNow } from '../../features/workers/running-now'
import { Workers } from '../../features/workers/workers'
import { useTopic } from '../../live/live'

/** Who takes runs, what waits for whom, and what runs now. */
export default function WorkersPage() {
  useTopic('workers')
  useTopic('instances')
  return (
    <Page title="Workers">
      <Stack gap="xl">
        <Workers />
        <Queues />
        <RunningNow />
      </Stack>
    </Page>
  )
}

import { startRun } from '../../api/queries'
import type { Instance } from '../../api/types'
import { sayFailed, sayStarted } from '../../components/notices'

/** Starts a run and says so, with the way to it; the page stays. */
export async function startAndSay(instance: Pick<Instance, 'id' | 'name'>): Promise<void> {
  try {
    sayStarted(await startRun(instance.id), instance.name)
  } catch (error) {
    sayFailed(`Start run of ${instance.name}`, error)
  }
}

import type { Experiment } from '../../api/types'
import { duration } from '../../components/formats'

/** What a run of the experiment may take, and what follows where it fails, as far as something is set: each in a few words. */
export function limits(experiment: Experiment): string[] {
  const { timeout_s, stalled_s, memory_bytes, retries, retry_on, backoff_s } = experiment
  const said: string[] = []
  if (timeout_s !== null) said.push(`timeout ${duration(timeout_s * 1000)}`)
  if (stalled_s !== null) said.push(`stalled after ${duration(stalled_s * 1000)}`)
  if (memory_bytes !== null) said.push(`memory ${memory(memory_bytes)}`)
  if (retries > 0) {
    const pause = backoff_s > 0 ? `, after ${duration(backoff_s * 1000)}` : ''
    said.push(`retries ${retries} on ${retry_on.join(', ')}${pause}`)
  }
  return said
}

/** "2 GiB", "1.5 GB": in the powers that make the shorter number. */
function memory(size: number): string {
  const binary = shortest(size, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB'])
  const decimal = shortest(size, 1000, ['B', 'kB', 'MB', 'GB', 'TB'])
  return decimal.length < binary.length ? decimal : binary
}

function shortest(size: number, base: number, units: string[]): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log(size) / Math.log(base)))
  return `${Number((size / base ** power).toFixed(2))} ${units[power]}`
}

import type { InstanceSize } from '../../api/types'
import { count } from '../../components/formats'

const WORDS: [keyof Omit<InstanceSize, 'active_runs'>, string][] = [
  ['runs', 'run'],
  ['logs', 'log line'],
  ['results', 'result'],
  ['metrics', 'metric point'],
]

/** "3 runs, 41,203 log lines": all that goes, over several; "no runs" when there are none. */
export function sizeWords(sizes: readonly Omit<InstanceSize, 'active_runs'>[]): string {
  const parts = WORDS.map(([field, word]) => {
    const sum = sizes.reduce((total, size) => total + size[field], 0)
    return sum > 0 ? `${count(sum)} ${word}${sum === 1 ? '' : 's'}` : ''
  }).filter(Boolean)
  return parts.length > 0 ? parts.join(', ') : 'no runs'
}

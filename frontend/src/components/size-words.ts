import type { InstanceSize, Run } from '../api/types'
import { count } from './formats'

type Size = Omit<InstanceSize, 'active_runs'>

const WORDS: [keyof Size, string][] = [
  ['runs', 'run'],
  ['logs', 'log line'],
  ['results', 'result'],
  ['metrics', 'metric point'],
]

/** "3 runs, 41,203 log lines": all that goes, over several; "" when nothing goes. */
export function sizeWords(sizes: readonly Size[]): string {
  return WORDS.map(([field, word]) => {
    const sum = sizes.reduce((total, size) => total + size[field], 0)
    return sum > 0 ? `${count(sum)} ${word}${sum === 1 ? '' : 's'}` : ''
  })
    .filter(Boolean)
    .join(', ')
}

/** What goes with a run. */
export function runSize({ counts: { logs, results, metrics } }: Run): Size {
  return { runs: 1, logs: logs.debug + logs.info + logs.warn + logs.error, results, metrics }
}

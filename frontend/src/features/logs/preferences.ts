/** How a person likes to read logs; kept in this browser. */
import { useLocalStorage } from '@mantine/hooks'
import type { TimeMode } from './times'

export interface LogPreferences {
  wrap: boolean
  time: TimeMode
  /** Repeats, and the states of a progress bar, are one row. */
  joins: boolean
}

const DEFAULTS: LogPreferences = { wrap: false, time: 'absolute', joins: true }

export function useLogPreferences(): [LogPreferences, (change: Partial<LogPreferences>) => void] {
  const [preferences, setPreferences] = useLocalStorage<LogPreferences>({
    key: 'athanor.logs',
    defaultValue: DEFAULTS,
    getInitialValueInEffect: false,
    deserialize: readPreferences,
  })
  return [preferences, (change) => setPreferences((held) => ({ ...held, ...change }))]
}

export function readPreferences(text: string | undefined): LogPreferences {
  let held: Partial<Record<keyof LogPreferences, unknown>> = {}
  try {
    held = JSON.parse(text ?? '{}') ?? {}
  } catch {
    // What somebody else wrote there is no preference.
  }
  return {
    wrap: typeof held.wrap === 'boolean' ? held.wrap : DEFAULTS.wrap,
    time: held.time === 'relative' ? 'relative' : DEFAULTS.time,
    joins: typeof held.joins === 'boolean' ? held.joins : DEFAULTS.joins,
  }
}

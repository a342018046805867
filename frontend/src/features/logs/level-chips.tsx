import type { LogLevel, RunDetail } from '../../api/types'
import { count } from '../../components/formats'
import { LOG_LEVELS } from '../../components/levels'
import classes from './level-chips.module.css'

interface Props {
  counts: RunDetail['counts']['logs']
  level: LogLevel | undefined
  onLevel: (level: LogLevel | undefined) => void
}

/** How many lines there are of each level; a click shows that level and above. */
export function LevelChips({ counts, level, onLevel }: Props) {
  const chosen = level ?? 'debug'
  return (
    <fieldset className={classes.chips} aria-label="Levels">
      {LOG_LEVELS.map((each, place) => (
        <button
          key={each}
          type="button"
          className={classes.chip}
          data-level={each}
          data-shown={place >= LOG_LEVELS.indexOf(chosen) || undefined}
          aria-pressed={each === level}
          title={
            each === 'debug' ? 'Show every line' : each === 'error' ? 'Show errors' : `Show ${each} and above`
          }
          onClick={() => onLevel(each === 'debug' || each === level ? undefined : each)}
        >
          {each} <span className={classes.count}>{count(counts[each])}</span>
        </button>
      ))}
    </fieldset>
  )
}

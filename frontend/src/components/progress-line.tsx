import { Progress } from '@mantine/core'
import classes from './progress-line.module.css'

interface Props {
  /** 0 to 100; null: it goes on, nobody knows how far. */
  percent: number | null
  isMoving: boolean
  label: string
}

/** How far something is. */
export function ProgressLine({ percent, isMoving, label }: Props) {
  return (
    <Progress
      value={percent ?? 100}
      animated={isMoving}
      striped={isMoving}
      size="sm"
      className={percent === null ? classes.unknown : undefined}
      aria-label={label}
      transitionDuration={200}
    />
  )
}

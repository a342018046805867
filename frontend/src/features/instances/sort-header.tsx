import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { QuietButton } from '../../components/quiet-button'
import classes from './sort-header.module.css'

interface Props {
  label: string
  className?: string | undefined
  /** How the table is sorted by this column now; null when by another. */
  order: 'asc' | 'desc' | null
  /** The order of the first click. */
  first: 'asc' | 'desc'
  onSort: (order: 'asc' | 'desc') => void
}

/** A column header that sorts; once more turns the order round. */
export function SortHeader({ label, className, order, first, onSort }: Props) {
  const next = order === null ? first : order === 'asc' ? 'desc' : 'asc'
  const Arrow = order === 'asc' ? IconArrowUp : IconArrowDown
  const sorted = { asc: 'ascending', desc: 'descending' } as const
  return (
    <th scope="col" className={className} aria-sort={order === null ? undefined : sorted[order]}>
      <QuietButton className={classes.sort} onClick={() => onSort(next)}>
        {label}
        {order && <Arrow size={13} stroke={2} aria-hidden />}
      </QuietButton>
    </th>
  )
}

import { Checkbox } from '@mantine/core'

interface Props {
  selectable: readonly { id: string }[]
  /** How many of them are selected. */
  selected: number
  onSelected: (ids: string[]) => void
}

/** Selects the first rows of a table, as many as an action takes, or none. */
export function SelectFirst({ selectable, selected, onSelected }: Props) {
  return (
    <Checkbox
      size="xs"
      aria-label={`Select the first ${selectable.length}`}
      checked={selected > 0 && selected === selectable.length}
      indeterminate={selected > 0 && selected < selectable.length}
      onChange={(event) => onSelected(event.currentTarget.checked ? selectable.map((row) => row.id) : [])}
    />
  )
}
